/** Texts without a translation, with their places filled in. */
import type { Trans } from '../../src/forms';

const fill = (text: string, values: unknown[]) =>
  text.replace(/%(\d)/g, (whole, place: string) =>
    Number(place) <= values.length ? String(values[Number(place) - 1]) : whole
  );

export const trans: Trans = {
  __: (text: string, ...values: unknown[]) => fill(text, values),
  _n: (one: string, many: string, count: number, ...values: unknown[]) =>
    fill(count === 1 ? one : many, [count, ...values])
};
