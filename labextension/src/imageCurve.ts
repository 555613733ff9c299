/** Lines over one axis: scales, and the paths that draw them. */
import { logTicks, ticks } from './imageTicks';

export interface Line {
  name: string;
  x: Float64Array;
  y: Float64Array;
}

/** From values to a place between 0 (low) and 1 (high). */
export interface Scale {
  low: number;
  high: number;
  log: boolean;
}

const ROOM = 0.05;

/** Give the scale that holds all values; on a logarithmic one only what is above zero counts. */
export function scaleOf(parts: ArrayLike<number>[], log = false, room = ROOM): Scale {
  const [low, high] = extremes(parts, log);
  if (low > high) {
    return { low: log ? 1 : 0, high: log ? 10 : 1, log };
  }
  if (log) {
    const extra = Math.max((high / low) ** room, low === high ? 2 : 1.02);
    return { low: low / extra, high: high * extra, log };
  }
  const extra = low === high ? Math.max(Math.abs(low), 1) * 0.5 : (high - low) * room;
  return { low: low - extra, high: high + extra, log };
}

/** Give the least and the largest number. */
function extremes(parts: ArrayLike<number>[], log: boolean): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const part of parts) {
    for (let n = 0; n < part.length; n++) {
      const value = part[n] as number;
      if (Number.isFinite(value) && (!log || value > 0)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
  }
  return [low, high];
}

/** Give where a value lies, 0 to 1; NaN where it has no place. */
export function placeOf(scale: Scale, value: number): number {
  const { low, high } = scale;
  return scale.log
    ? (value > 0 ? Math.log(value / low) : NaN) / Math.log(high / low)
    : (value - low) / (high - low);
}

/** Give the value at a place. */
export function valueAt(scale: Scale, place: number): number {
  const { low, high } = scale;
  return scale.log ? low * (high / low) ** place : low + place * (high - low);
}

/** Give the marks of a scale. */
export function marksOf(scale: Scale, about: number): number[] {
  return (scale.log ? logTicks : ticks)(scale.low, scale.high, about);
}

/** Give the path of a line on a field of this size; it is broken where a value has no place. */
export function pathOf(line: Line, across: Scale, down: Scale, width: number, height: number): string {
  const parts: string[] = [];
  let broken = true;
  for (let n = 0; n < line.x.length; n++) {
    const x = placeOf(across, line.x[n] as number) * width;
    const y = (1 - placeOf(down, line.y[n] as number)) * height;
    if (Number.isFinite(x) && Number.isFinite(y)) {
      parts.push(`${broken ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`);
      broken = false;
    } else {
      broken = true;
    }
  }
  return parts.join('');
}

/** Give the number of the point whose x is nearest; x grows. */
export function nearestPoint(line: Line, x: number): number {
  let [first, last] = [0, line.x.length - 1];
  while (last - first > 1) {
    const middle = (first + last) >> 1;
    if ((line.x[middle] as number) <= x) {
      first = middle;
    } else {
      last = middle;
    }
  }
  const [one, two] = [line.x[first] ?? NaN, line.x[last] ?? NaN];
  return Math.abs(x - one) <= Math.abs(two - x) ? first : Math.max(last, 0);
}

/** Give lines as comma separated values: one column per line, matched by x. */
export function toCsv(lines: Line[], xTitle: string): string {
  const rows = new Map<number, (number | '')[]>();
  lines.forEach((line, column) =>
    line.x.forEach((x, n) => {
      const row = rows.get(x) ?? lines.map(() => '' as const);
      row[column] = line.y[n] as number;
      rows.set(x, row);
    })
  );
  const head = [xTitle, ...lines.map(line => line.name)].map(quoted).join(',');
  const body = [...rows].sort(([one], [two]) => one - two).map(([x, row]) => [x, ...row].join(','));
  return [head, ...body, ''].join('\n');
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
