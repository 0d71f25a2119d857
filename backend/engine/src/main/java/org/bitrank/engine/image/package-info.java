/** Pictures: where their bytes come from, their pixels, what a vision tower is shown of them, and the ids of their tokens. */
package org.bitrank.engine.image;
