/** Numbers of a run as short texts, each with its unit; knows neither a page nor a kernel. */
import type { RunInfo } from '../../protocol';

/** `12 /s`, `0.34 /s`: parts of the work per second. */
export function rateText(rate: number | null): string {
  if (rate === null || !(rate > 0)) {
    return '';
  }
  if (rate >= 99.5) {
    return `${Math.round(rate)} /s`;
  }
  return `${Number(rate.toPrecision(rate >= 1 ? 3 : 2))} /s`;
}

/** `52 %`, rounded down, so that only what is done reads 100 %. */
export function percentText(fraction: number): string {
  return `${Math.floor(100 * Math.min(1, Math.max(0, fraction)) + 1e-9)} %`;
}

/** Seconds a run has taken, at a time when nothing was heard of it for a while. */
export function secondsNow(run: RunInfo, heard: number, now: number): number {
  return run.state === 'running' ? run.seconds + Math.max(0, now - heard) / 1000 : run.seconds;
}

/** Seconds left at that time; null while that is not known. */
export function remainingNow(run: RunInfo, heard: number, now: number): number | null {
  if (run.state !== 'running' || run.remaining === null) {
    return null;
  }
  return Math.max(0, run.remaining - Math.max(0, now - heard) / 1000);
}

/** One setting as a short text. */
export function settingText(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : JSON.stringify(value);
}
