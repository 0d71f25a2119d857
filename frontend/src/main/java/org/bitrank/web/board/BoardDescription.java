package org.bitrank.web.board;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.NumberSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.QueryParameter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.service.leaderboard.BoardNames;
import org.bitrank.web.api.ApiPart;
import org.springframework.stereotype.Component;

/** The parameters of the board's data, which its handlers read by themselves. */
@Component
class BoardDescription implements ApiPart {
    @Override
    public void describe(OpenAPI api) {
        for (String file : List.of("/api/v1/results.json", "/api/v1/results.csv")) {
            api.getPaths().get(file).getGet().setParameters(view());
        }
        List<Parameter> paged = view();
        paged.add(one("page", new IntegerSchema()._default(0), ""));
        paged.add(one("size", new IntegerSchema()._default(BoardAddress.PAGE_SIZE), ""));
        api.getPaths().get("/api/v1/results").getGet().setParameters(paged);
    }

    private static List<Parameter> view() {
        var view = new ArrayList<Parameter>();
        view.add(several("provenance", words("measured", "published"), "Measured here, or copied from publications; without it both."));
        view.add(several("model", new StringSchema(), "Ids of models; all stands for every one."));
        view.add(several("suite", new StringSchema(), "What was measured on."));
        view.add(several("method", new StringSchema(), "Names as in /api/v1/methods, and those of publications."));
        view.add(several("bits", new NumberSchema().minimum(BigDecimal.ZERO), "Bits in the name: 4, 1.58."));
        view.add(several("group-size", new IntegerSchema().minimum(BigDecimal.ZERO), "Columns that share a scale; 0 is per channel."));
        view.add(several("symmetric", words("true", "false"), "Whether codes are symmetric; both or none show all."));
        view.add(several("towers", new StringSchema(), "Which parts of a vision-language model are quantized, as rows name them."));
        view.add(one("q", new StringSchema(), "Words that label, model or method contain."));
        view.add(several("task", new StringSchema(), "What loss, recovery and rank are made of; without it all tasks of a row."));
        view.add(one(BoardAddress.RECOVERY, new NumberSchema().minimum(BigDecimal.ZERO), "Percent of the base's quality that a row keeps at least."));
        view.add(one(BoardAddress.GIGABYTES, new NumberSchema().minimum(BigDecimal.ZERO), "Gigabytes that its weights take at most."));
        view.add(one("best", words("method"), "Of each method at each number of bits only the row that loses least."));
        view.add(one("sort", new StringSchema()._default("rank"), "One of " + String.join(", ", BoardNames.columns()) + ", or a score as task.metric. Rows without a value come last."));
        view.add(one("order", words("asc", "desc")._default("asc"), "desc turns the order round."));
        view.add(one("columns", words("tasks"), "Of the board's page; the data have every column."));
        return view;
    }

    private static Parameter several(String name, Schema<?> each, String description) {
        return one(name, new ArraySchema().items(each), description + " May be repeated.");
    }

    private static Parameter one(String name, Schema<?> schema, String description) {
        return new QueryParameter().name(name).required(false).schema(schema).description(description);
    }

    private static StringSchema words(String... words) {
        var schema = new StringSchema();
        List.of(words).forEach(schema::addEnumItem);
        return schema;
    }
}
