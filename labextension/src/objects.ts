/** Facts of a data object as short texts, and which names may name one; knows neither a page nor a kernel. */
import type { ObjectInfo } from './protocol';

const LETTERS: Record<string, string> = {
  float: 'f',
  int: 'i',
  uint: 'u',
  complex: 'c',
  bool: 'b'
};

/** `float32` as `f4`; what has no such short form stays. */
export function shortType(dtype: string): string {
  const found = /^(float|int|uint|complex|bool)(\d*)$/.exec(dtype);
  const letter = found?.[1] && LETTERS[found[1]];
  return letter ? `${letter}${found[2] ? Number(found[2]) / 8 : 1}` : dtype;
}

/** `181×2×640`; empty for what has no axes. */
export function shapeText(shape: readonly number[]): string {
  return shape.join('×');
}

/** What a row says of an object beside its name: shape and type of the values, or the value itself. */
export function rowText(object: ObjectInfo): string {
  if (object.kind === 'scalar') {
    return object.value || shortType(object.dtype);
  }
  return [shapeText(object.shape), shortType(object.dtype)].filter(Boolean).join(' ');
}

const STEPS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `1.4 GB`: three digits at most, decimal steps. */
export function bytesText(bytes: number): string {
  let [value, step] = [bytes, 0];
  while (value >= 999.5 && step < STEPS.length - 1) {
    value /= 1000;
    step++;
  }
  return `${step && value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${STEPS[step]}`;
}

/** `13 ms`, `1.2 s`, `3 min 20 s`. */
export function secondsText(seconds: number): string {
  if (seconds < 0.9995) {
    return `${Math.round(seconds * 1000)} ms`;
  }
  if (seconds < 59.95) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A time of today as `14:03:09`, of another day with its date. */
export function timeText(created: number, now: Date = new Date()): string {
  const when = new Date(created * 1000);
  const time = [when.getHours(), when.getMinutes(), when.getSeconds()].map(two).join(':');
  if (when.toDateString() === now.toDateString()) {
    return time;
  }
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())} ${time}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** Name of an algorithm for a reader: `tomo.minus_log` becomes `minus log`. */
export function algorithmTitle(id: string): string {
  return id.slice(id.lastIndexOf('.') + 1).replaceAll('_', ' ');
}

/** Axes with their lengths, `angle 181, row 2`; numbered where nobody named them. */
export function axesText(object: ObjectInfo): string {
  return object.shape.map((length, n) => `${object.axes[n] || `axis${n}`}\u00a0${length}`).join(', ');
}

/** The object as an expression of Python: `store["scan/flat"]`. */
export function inPython(name: string): string {
  return `store[${JSON.stringify(name)}]`;
}

/** As the kernel checks names: letters, digits, `_ - .`, parts separated by single `/`, none of dots alone. */
const NAME = /^(?!\.+(?:\/|$))[\p{L}\p{N}_.-]+(?:\/(?!\.+(?:\/|$))[\p{L}\p{N}_.-]+)*$/u;

/** Whether a name may name an object. */
export function isName(name: string): boolean {
  return name.length <= 1000 && NAME.test(name);
}

/** A name for a file that holds an object, or a view of one: `scan/flat` becomes `scan_flat`. */
export function fileName(title: string): string {
  return title.trim().replace(/[^\p{L}\p{N}._-]+/gu, '_') || 'data';
}
