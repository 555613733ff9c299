/** The texts of a page that has no JupyterLab: handed over by the kernel, in the language it speaks. */
import type { TranslationBundle } from '@jupyterlab/translation';

/** English text to its translations, one per number form. */
export type Texts = Record<string, string[]>;

export class Dictionary implements TranslationBundle {
  constructor(private readonly texts: Texts) {}

  __(text: string, ...values: unknown[]): string {
    return this.said(text, values);
  }

  /** Our other language has one form for all numbers. */
  _n(one: string, many: string, count: number, ...values: unknown[]): string {
    const found = this.texts[one]?.[0] ?? this.texts[many]?.[0];
    return filled(found ?? (count === 1 ? one : many), [count, ...values]);
  }

  _p(_context: string, text: string, ...values: unknown[]): string {
    return this.said(text, values);
  }

  _np(_context: string, one: string, many: string, count: number, ...values: unknown[]): string {
    return this._n(one, many, count, ...values);
  }

  gettext(text: string, ...values: unknown[]): string {
    return this.said(text, values);
  }

  ngettext(one: string, many: string, count: number, ...values: unknown[]): string {
    return this._n(one, many, count, ...values);
  }

  pgettext(context: string, text: string, ...values: unknown[]): string {
    return this._p(context, text, ...values);
  }

  npgettext(context: string, one: string, many: string, count: number, ...values: unknown[]): string {
    return this._np(context, one, many, count, ...values);
  }

  dcnpgettext(
    _domain: string,
    context: string,
    one: string,
    many: string,
    count: number,
    ...values: unknown[]
  ): string {
    return this._np(context, one, many, count, ...values);
  }

  private said(text: string, values: unknown[]): string {
    return filled(this.texts[text]?.[0] ?? text, values);
  }
}

function filled(text: string, values: unknown[]): string {
  return text.replace(/%(\d+)/g, (mark, number: string) => {
    const value = values[Number(number) - 1];
    return value === undefined ? mark : String(value);
  });
}
