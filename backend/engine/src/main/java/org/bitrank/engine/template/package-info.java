/**
 * The part of Jinja2 that task files and chat templates use, with Python's meaning of values: text is counted in code points,
 * lists print as Python prints them. What a template prints is never read as a template again. See
 * {@code docs/decisions/0005-own-template-engine.md}.
 */
package org.bitrank.engine.template;
