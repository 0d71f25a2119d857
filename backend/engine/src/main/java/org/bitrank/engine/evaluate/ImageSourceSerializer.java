package org.bitrank.engine.evaluate;

import org.bitrank.engine.image.ImageSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdSerializer;

/** A picture in a record: its checksum and what it is called. Its bytes stay where they are. */
final class ImageSourceSerializer extends StdSerializer<ImageSource> {
    ImageSourceSerializer() {
        super(ImageSource.class);
    }

    @Override
    public void serialize(ImageSource image, JsonGenerator json, SerializationContext context) {
        json.writeStartObject();
        json.writeStringProperty("sha256", image.sha256());
        json.writeStringProperty("name", image.name());
        json.writeEndObject();
    }
}
