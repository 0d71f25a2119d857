package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.image.PictureTokens;
import org.bitrank.engine.template.PythonLiteral;
import org.bitrank.engine.template.TemplateException;
import org.bitrank.kernels.BitRankException;

/** The pictures of a document ({@code doc_to_image}), and their places in its question. */
final class DocumentPictures {
    private final List<DocumentField> fields;
    private final PictureValues values;
    /** A name alone; files of pictures have an ending, and expressions braces. */
    private static final Pattern COLUMN = Pattern.compile("[A-Za-z_]\\w*");

    /** @param fields a column, a template or a function each; empty for text alone */
    DocumentPictures(List<DocumentField> fields, PictureValues values) {
        this.fields = List.copyOf(fields);
        this.values = values;
    }

    /** In their order; a column that holds nothing gives none, as in the harness. */
    List<ImageSource> of(Map<String, Object> document, Set<String> columns) {
        var images = new ArrayList<ImageSource>();
        for (DocumentField field : fields) {
            values.add(value(field, document, columns), images);
        }
        return images;
    }

    private static Object value(DocumentField field, Map<String, Object> document, Set<String> columns) {
        if (!(field instanceof DocumentField.Text template) || template.isColumn(columns)) {
            return field.of(document, columns);
        }
        if (COLUMN.matcher(template.source()).matches()) {
            throw BitRankException.badInput("doc_to_image names the column '%s', which the row lacks; it has %s"
                    .formatted(template.source(), String.join(", ", new TreeSet<>(columns))));
        }
        String rendered = template.rendered(document);
        if (!rendered.startsWith("[")) {
            return rendered;
        }
        try {
            return PythonLiteral.parse(rendered);
        } catch (TemplateException e) {
            throw BitRankException.badInput("doc_to_image gives '%s', which is not a list of pictures".formatted(rendered), e);
        }
    }

    /**
     * The question with a placeholder for each picture. Where it has none, all stand in front, on a line of their own, as
     * lmms-eval puts them.
     */
    String placed(String question, List<ImageSource> images) {
        if (fields.isEmpty()) {
            return question;
        }
        int placeholders = count(question);
        if (placeholders == 0 && !images.isEmpty()) {
            return String.join(" ", Collections.nCopies(images.size(), PictureTokens.PLACEHOLDER)) + "\n" + question;
        }
        if (placeholders != images.size()) {
            throw BitRankException.badInput("the question has %d times %s and there are %d pictures; one is needed for each"
                    .formatted(placeholders, PictureTokens.PLACEHOLDER, images.size()));
        }
        return question;
    }

    private static int count(String text) {
        int count = 0;
        for (int at = text.indexOf(PictureTokens.PLACEHOLDER); at >= 0;
                at = text.indexOf(PictureTokens.PLACEHOLDER, at + PictureTokens.PLACEHOLDER.length())) {
            count++;
        }
        return count;
    }
}
