/**
 * Which values are dark and which bright.
 * A picture travels with more levels than the screen has, over more than the window shown, so that moving the window
 * asks the kernel nothing.
 */
import { type ColourTable, MISSING } from './imageColours';

/** Values of the darkest and the brightest colour, or of the first and the last level. */
export interface Range {
  low: number;
  high: number;
}

export type Bits = 8 | 16;

/** Counts of values in equal bins. */
export interface Histogram extends Range {
  counts: Uint32Array;
  finite: number;
}

const ROOM = 1;
const ENOUGH_LEVELS = 200;
const OUTLIERS = 0.005;

/** Give the range to ask levels over: the window, and as much again on either side. */
export function spanFor(window: Range): Range {
  const room = ROOM * (window.high - window.low);
  return { low: window.low - room, high: window.high + room };
}

/** Say whether levels over a span show a window well: none of it lies outside, and its steps are not seen. */
export function holds(span: Range, window: Range, bits: Bits): boolean {
  const width = span.high - span.low;
  const slack = width * 1e-6;
  const inside = window.low >= span.low - slack && window.high <= span.high + slack;
  return inside && ((window.high - window.low) / width) * 2 ** bits >= ENOUGH_LEVELS;
}

/** Give the colour of every level; level 0 is what is not a number. */
export function lookup(colours: ColourTable, window: Range, span: Range, bits: Bits): Uint32Array {
  const count = 2 ** bits;
  const table = new Uint32Array(count);
  const width = window.high - window.low;
  const step = (span.high - span.low) / (count - 2);
  const last = colours.length - 1;
  for (let level = 1; level < count; level++) {
    const value = span.low + (level - 1) * step;
    const part = width > 0 ? (value - window.low) / width : value >= window.high ? 1 : 0;
    table[level] = colours[Math.round(Math.min(Math.max(part, 0), 1) * last)] ?? 0;
  }
  table[0] = MISSING;
  return table;
}

/** Colour levels into the pixels of a canvas. */
export function coloured(levels: Uint8Array | Uint16Array, table: Uint32Array, pixels: Uint32Array): void {
  for (let n = 0; n < levels.length; n++) {
    pixels[n] = table[levels[n] as number] as number;
  }
}

/** Give the window that leaves out the few darkest and brightest values. */
export function autoWindow(histogram: Histogram): Range {
  const { counts, low, high } = histogram;
  const width = (high - low) / counts.length;
  const cut = OUTLIERS * counts.reduce((sum, count) => sum + count, 0);
  const first = beyond(counts, cut);
  const last = counts.length - beyond(counts.slice().reverse(), cut);
  return last > first ? { low: low + first * width, high: low + last * width } : { low, high };
}

/** Give a window whose ends are in order and apart. */
export function orderly(low: number, high: number): Range {
  const [one, two] = low <= high ? [low, high] : [high, low];
  const least = Math.max(Math.abs(one), Math.abs(two), 1e-30) * 1e-9;
  return two - one >= least ? { low: one, high: two } : { low: one, high: one + least };
}

/** Count how many bins can go before more than `cut` values are gone. */
function beyond(counts: Uint32Array, cut: number): number {
  let sum = 0;
  for (let n = 0; n < counts.length; n++) {
    sum += counts[n] as number;
    if (sum > cut) {
      return n;
    }
  }
  return 0;
}

/** Give the part of the histogram that is worth its place: the window and its surroundings, not a lone far value. */
export function drawnRange(histogram: Range, window: Range): Range {
  const room = 1.5 * (window.high - window.low);
  return {
    low: Math.min(window.low, Math.max(histogram.low, window.low - room)),
    high: Math.max(window.high, Math.min(histogram.high, window.high + room))
  };
}

/** Give the heights of so many columns, 0 to 1, on a scale that shows rare values, too. */
export function columns(histogram: Histogram, drawn: Range, count: number): number[] {
  const heights = new Array<number>(count).fill(0);
  const { counts, low, high } = histogram;
  const [bin, column] = [(high - low) / counts.length, (drawn.high - drawn.low) / count];
  for (let n = 0; n < count; n++) {
    const from = Math.floor((drawn.low + n * column - low) / bin);
    const to = Math.max(Math.ceil((drawn.low + (n + 1) * column - low) / bin), from + 1);
    for (let at = Math.max(from, 0); at < Math.min(to, counts.length); at++) {
      heights[n] = Math.max(heights[n] as number, counts[at] as number);
    }
  }
  const most = Math.log1p(Math.max(...heights, 1));
  return heights.map(height => Math.log1p(height) / most);
}
