package org.bitrank.engine.evaluate;

import java.util.List;
import org.bitrank.engine.tasks.Item;
import org.bitrank.engine.tasks.ItemScores;
import org.bitrank.engine.tasks.Response;

/**
 * What a model answered to one document.
 *
 * @param responses in the order of the item's requests; for a text one for each window
 * @param scores one entry; for a text one for each window
 * @param divergences KL(base || model) at each scored position, nats, passage by passage (window by window); empty without a base
 */
public record ItemReport(Item item, List<Response> responses, List<ItemScores> scores, List<List<Float>> divergences) {}
