package org.bitrank.engine.model;

/**
 * What a family calls the tensors outside its blocks, without {@code .weight}.
 *
 * @param embedding the table of tokens
 * @param positions the table of learned positions, or null
 * @param embeddingNorm the norm behind the table, or null
 * @param inputProjection from the table's width to the residual stream's where they differ, or null
 * @param blocks what the names of block {@code k} begin with, before {@code k}
 * @param finalNorm the norm behind the last block
 * @param outputProjection from the residual stream's width to the head's where they differ, or null
 * @param head the matrix to the vocabulary, where it is not the table of tokens
 */
record ModelNames(
        String embedding,
        String positions,
        String embeddingNorm,
        String inputProjection,
        String blocks,
        String finalNorm,
        String outputProjection,
        String head) {
    static ModelNames plain(String embedding, String blocks, String finalNorm, String head) {
        return new ModelNames(embedding, null, null, null, blocks, finalNorm, null, head);
    }

    String block(int index) {
        return blocks + index + ".";
    }
}
