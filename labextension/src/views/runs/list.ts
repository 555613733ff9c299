/** Runs in the order and choice of a reader; knows neither a page nor a kernel. */
import type { RunInfo } from '../../protocol';

/** Which runs are shown. */
export type Choice = 'all' | 'active' | 'done' | 'failed' | 'cancelled';

/** In the order of the menu. */
export const CHOICES: readonly Choice[] = ['all', 'active', 'done', 'failed', 'cancelled'];

/** Whether a run waits or works. */
export function isActive(run: RunInfo): boolean {
  return run.state === 'queued' || run.state === 'running';
}

/** Whether a choice shows a run. */
export function fits(run: RunInfo, choice: Choice): boolean {
  return choice === 'all' || (choice === 'active' ? isActive(run) : run.state === choice);
}

/** The chosen runs, the newest first; the kernel tells the oldest first. */
export function chosen(runs: Iterable<RunInfo>, choice: Choice): RunInfo[] {
  const found: RunInfo[] = [];
  for (const run of runs) {
    if (fits(run, choice)) {
      found.push(run);
    }
  }
  return found.reverse();
}

/** How many runs each choice shows. */
export function counts(runs: Iterable<RunInfo>): Record<Choice, number> {
  const found: Record<Choice, number> = { all: 0, active: 0, done: 0, failed: 0, cancelled: 0 };
  for (const run of runs) {
    found.all++;
    found[isActive(run) ? 'active' : (run.state as Exclude<RunInfo['state'], 'queued' | 'running'>)]++;
  }
  return found;
}

/** The run to show in detail when a key is pressed in the list; null where the key means nothing. */
export function neighbour(runs: readonly RunInfo[], id: string, key: string, page: number): string | null {
  const at = runs.findIndex(run => run.id === id);
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at < 0 ? 0 : at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: runs.length - 1
  };
  const next = steps[key];
  if (next === undefined || runs.length === 0) {
    return null;
  }
  return runs[Math.max(0, Math.min(runs.length - 1, next))]?.id ?? null;
}
