/**
 * Texts of a settings schema in the reader's language.
 * JupyterLab's server translates schemas only from language packs; ours come with the extension, so it is done here.
 */

type Schema = { [key: string]: unknown };

/** The same schema with its titles and descriptions translated. */
export function translated<S extends object>(schema: S, translate: (text: string) => string): S {
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, said(key, value, translate)])
  ) as S;
}

function said(key: string, value: unknown, translate: (text: string) => string): unknown {
  if (typeof value === 'string') {
    return TEXTS.includes(key) && value ? translate(value) : value;
  }
  if (key === 'properties' && isSchema(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [
        name,
        isSchema(field) ? translated(field, translate) : field
      ])
    );
  }
  return value;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keys whose values a reader sees; .ci/texts.py collects the same. */
const TEXTS = ['title', 'description', 'jupyter.lab.setting-icon-label'];
