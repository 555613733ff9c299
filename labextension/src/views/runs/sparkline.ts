/** A curve as a line in a small box; knows no page. */

/** Path of an SVG, and where its last point lies. */
export interface Line {
  path: string;
  x: number;
  y: number;
  low: number;
  high: number;
  /** Whether heights are logarithms: a residual that falls by decades would be a corner else. */
  logarithmic: boolean;
}

/** Draw values from left to right, the largest at the top; a value that is no number leaves a gap. */
export function line(values: readonly (number | null)[], width: number, height: number): Line | null {
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (finite.length === 0) {
    return null;
  }
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  const logarithmic = low > 0 && high / low > 100;
  const scaled = (value: number): number => (logarithmic ? Math.log(value) : value);
  const span = scaled(high) - scaled(low);
  const across = (n: number): number => round((width * n) / Math.max(1, values.length - 1));
  const down = (value: number): number =>
    round(span ? height * (1 - (scaled(value) - scaled(low)) / span) : height / 2);
  const parts: string[] = [];
  let [pen, x, y] = [false, 0, 0];
  for (const n of sampled(values.length, 2 * Math.ceil(width))) {
    const value = values[n];
    if (value === null || value === undefined || !Number.isFinite(value)) {
      pen = false;
      continue;
    }
    [x, y] = [across(n), down(value)];
    parts.push(`${pen ? 'L' : 'M'}${x} ${y}`);
    pen = true;
  }
  return { path: parts.join(''), x, y, low, high, logarithmic };
}

/** Not more points than the box has room for; the first and the last are among them. */
function* sampled(length: number, most: number): Generator<number> {
  const count = Math.min(length, most);
  for (let n = 0; n < count; n++) {
    yield count === 1 ? length - 1 : Math.round((n * (length - 1)) / (count - 1));
  }
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
