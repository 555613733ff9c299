import { describe, expect, it, vi } from 'vitest';

import type { RunInfo, RunLog } from '../src/protocol';
import { chosen, counts, neighbour } from '../src/views/runs/list';
import { LogFollower } from '../src/views/runs/logFollower';
import { percentText, rateText, remainingNow, secondsNow, settingText } from '../src/views/runs/numbers';
import { line } from '../src/views/runs/sparkline';

function run(id: string, state: RunInfo['state'], more: Partial<RunInfo> = {}): RunInfo {
  return {
    id,
    title: 'ct.minus_log',
    state,
    fraction: null,
    rate: null,
    remaining: null,
    seconds: 0,
    text: '',
    made: [],
    versions: {},
    started: 0,
    peak_bytes: null,
    error: null,
    lines: 0,
    curves: {},
    call: null,
    ...more
  };
}

const RUNS = [
  run('a', 'done'),
  run('b', 'failed'),
  run('c', 'running'),
  run('d', 'queued'),
  run('e', 'cancelled')
];

describe('the list of runs', () => {
  it('shows the newest first', () => {
    expect(chosen(RUNS, 'all').map(one => one.id)).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  it('counts a waiting run as active', () => {
    expect(chosen(RUNS, 'active').map(one => one.id)).toEqual(['d', 'c']);
    expect(counts(RUNS)).toEqual({ all: 5, active: 2, done: 1, failed: 1, cancelled: 1 });
  });

  it('orders ten thousand runs quickly', () => {
    const many = Array.from({ length: 10_000 }, (_, n) => run(String(n), 'done'));
    const began = performance.now();
    expect(chosen(many, 'done')).toHaveLength(10_000);
    expect(performance.now() - began).toBeLessThan(100);
  });

  it('goes from run to run by keys, and stops at both ends', () => {
    const order = chosen(RUNS, 'all');
    expect(neighbour(order, 'e', 'ArrowDown', 3)).toBe('d');
    expect(neighbour(order, 'e', 'ArrowUp', 3)).toBe('e');
    expect(neighbour(order, '', 'ArrowDown', 3)).toBe('e');
    expect(neighbour(order, 'd', 'PageDown', 3)).toBe('a');
    expect(neighbour(order, 'a', 'Home', 3)).toBe('e');
    expect(neighbour(order, 'a', 'x', 3)).toBeNull();
    expect(neighbour([], '', 'End', 3)).toBeNull();
  });
});

describe('numbers of a run', () => {
  it('say no more digits than they have', () => {
    expect([0.0345, 3.456, 1234.5].map(rateText)).toEqual(['0.035 /s', '3.46 /s', '1235 /s']);
    expect(rateText(null)).toBe('');
  });

  it('say 100 % only when all is done', () => {
    expect(percentText(0.999)).toBe('99 %');
    expect(percentText(0.29)).toBe('29 %');
    expect(percentText(1)).toBe('100 %');
  });

  it('go on while nothing is heard of a run that works', () => {
    const one = run('a', 'running', { seconds: 2, remaining: 3 });
    expect(secondsNow(one, 1000, 2500)).toBe(3.5);
    expect(remainingNow(one, 1000, 2500)).toBe(1.5);
    expect(remainingNow(one, 1000, 9000)).toBe(0);
    expect(secondsNow({ ...one, state: 'done' }, 1000, 2500)).toBe(2);
  });

  it('are short in settings', () => {
    expect(settingText(0.1 + 0.2)).toBe('0.3');
    expect(settingText('=center')).toBe('=center');
    expect(settingText([1, 2])).toBe('[1,2]');
  });
});

describe('a curve', () => {
  it('goes from the upper left to the lower right when it falls', () => {
    expect(line([2, 1.5, 1], 100, 10)).toMatchObject({
      path: 'M0 0L50 5L100 10',
      x: 100,
      y: 10,
      logarithmic: false
    });
  });

  it('takes logarithms of a residual that falls by decades', () => {
    expect(line([1e4, 1e2, 1], 100, 10)).toMatchObject({ path: 'M0 0L50 5L100 10', logarithmic: true });
  });

  it('leaves a gap where a value is no number', () => {
    expect(line([1, null, 2, 3], 30, 10)?.path).toBe('M0 10M20 5L30 0');
    expect(line([null, null], 30, 10)).toBeNull();
  });

  it('has not more points than the box has room for, and ends at the last', () => {
    const many = Array.from({ length: 100_000 }, (_, n) => n);
    const drawn = line(many, 200, 40);
    expect(drawn?.path.match(/[ML]/g)).toHaveLength(400);
    expect(drawn?.y).toBe(0);
  });

  it('lies in the middle when it is flat', () => {
    expect(line([3], 100, 10)).toMatchObject({ y: 5 });
  });
});

describe('the follower of a log', () => {
  it('asks only for new lines, one question at a time', async () => {
    vi.useFakeTimers();
    const starts: number[] = [];
    let answer: (log: RunLog) => void = () => undefined;
    const ask = (start: number): Promise<RunLog> => {
      starts.push(start);
      return new Promise(resolve => (answer = resolve));
    };
    const follower = new LogFollower(ask, () => undefined, 100);
    follower.nudge();
    follower.nudge();
    expect(starts).toEqual([0]);
    answer({ lines: ['one', 'two'], curves: { residual: [1] } });
    await vi.advanceTimersByTimeAsync(100);
    // The second nudge came while the first question was under way.
    expect(starts).toEqual([0, 2]);
    answer({ lines: ['three'], curves: {} });
    await vi.advanceTimersByTimeAsync(1000);
    expect(follower.lines).toEqual(['one', 'two', 'three']);
    expect(starts).toHaveLength(2);
    vi.useRealTimers();
  });

  it('asks no more after its end', async () => {
    let asked = 0;
    const follower = new LogFollower(
      () => {
        asked++;
        return Promise.reject(new Error('gone'));
      },
      () => undefined,
      0
    );
    follower.nudge();
    await Promise.resolve();
    await Promise.resolve();
    expect(String(follower.fault)).toBe('Error: gone');
    follower.dispose();
    follower.nudge();
    expect(asked).toBe(1);
  });
});
