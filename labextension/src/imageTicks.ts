/** Numbers as readers like them: round marks on a scale, and values with as many digits as they deserve. */

const MINUS = '\u2212';

/** Give round numbers between two, about so many. */
export function ticks(low: number, high: number, about: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span) || about < 1) {
    return [];
  }
  const rough = span / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find(factor => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  // The rounded factor keeps 0.30000000000000004 out.
  return Array.from({ length: count }, (_, n) => Number(((first + n) * step).toPrecision(12)));
}

/** Give powers of ten between two positive numbers; round numbers where there are fewer than two. */
export function logTicks(low: number, high: number, about: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  if (last - first < 1) {
    return ticks(low, high, about).filter(value => value > 0);
  }
  const step = Math.max(1, Math.ceil((last - first + 1) / Math.max(about, 1)));
  const marks = [];
  for (let power = first; power <= last; power += step) {
    marks.push(10 ** power);
  }
  return marks;
}

/** Give a number with some digits that count, without needless zeros. */
export function shortNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : `${MINUS}∞`;
  }
  const size = Math.abs(value);
  const text =
    size !== 0 && (size >= 1e6 || size < 1e-3)
      ? value
          .toExponential(digits - 1)
          .replace(/\.?0+e/, 'e')
          .replace('e+', 'e')
      : String(Number(value.toPrecision(digits)));
  return text.replace(/-/g, MINUS);
}

/** Give a number with its unit. */
export function withUnit(text: string, unit: string): string {
  return unit && unit !== '1' ? `${text} ${unit}` : text;
}

/** Read a number that someone typed; null where it is none. */
export function typedNumber(text: string): number | null {
  const clean = text.trim().replace(MINUS, '-').replace(',', '.');
  const value = Number(clean);
  return clean !== '' && Number.isFinite(value) ? value : null;
}
