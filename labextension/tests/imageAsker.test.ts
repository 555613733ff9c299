import { describe, expect, it, vi } from 'vitest';

import { Asker, Shelf } from '../src/imageAsker';

/** Answers when it is told to. */
class Slow {
  readonly asked: number[] = [];
  private readonly open: ((end: { ok: boolean }) => void)[] = [];

  fetch = (question: number): Promise<string> => {
    this.asked.push(question);
    return new Promise((resolve, reject) =>
      this.open.push(({ ok }) => (ok ? resolve(`a${question}`) : reject(new Error(`e${question}`))))
    );
  };

  async answer(ok = true): Promise<void> {
    this.open.shift()?.({ ok });
    await new Promise(resolve => setTimeout(resolve));
  }
}

function asking() {
  const [slow, took, failed] = [new Slow(), [] as string[], [] as string[]];
  const asker = new Asker<number, string>(
    slow.fetch,
    answer => took.push(answer),
    (_error, question) => failed.push(`e${question}`)
  );
  return { slow, took, failed, asker };
}

describe('an asker', () => {
  it('has one question under way, and of those that wait asks the latest', async () => {
    const { slow, took, asker } = asking();
    [1, 2, 3, 4].forEach(question => asker.ask(question));
    expect(slow.asked).toEqual([1]);
    await slow.answer();
    expect(slow.asked).toEqual([1, 4]);
    await slow.answer();
    expect(took).toEqual(['a1', 'a4']);
    expect(asker.idle).toBe(true);
  });

  it('waits before the next question where it has a pace', async () => {
    vi.useFakeTimers();
    const asked: number[] = [];
    const take = () => undefined;
    const asker = new Asker<number, number>(
      question => Promise.resolve(asked.push(question)),
      take,
      take,
      20
    );
    [1, 2, 3].forEach(question => asker.ask(question));
    await vi.advanceTimersByTimeAsync(19);
    expect(asked).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toEqual([1, 3]);
    vi.useRealTimers();
  });

  it('goes on after an error', async () => {
    const { slow, took, failed, asker } = asking();
    asker.ask(1);
    asker.ask(2);
    await slow.answer(false);
    await slow.answer();
    expect([failed, took]).toEqual([['e1'], ['a2']]);
  });

  it('tells nothing that was under way when it was stopped', async () => {
    const { slow, took, asker } = asking();
    asker.ask(1);
    asker.ask(2);
    asker.stop();
    await slow.answer();
    expect([slow.asked, took]).toEqual([[1], []]);
    asker.ask(3);
    await slow.answer();
    expect(took).toEqual(['a3']);
  });
});

describe('a shelf', () => {
  it('keeps what was used last, up to so many bytes', () => {
    const shelf = new Shelf<{ bytes: number }>(100);
    shelf.put('a', { bytes: 40 });
    shelf.put('b', { bytes: 40 });
    shelf.get('a');
    shelf.put('c', { bytes: 40 });
    expect(['a', 'b', 'c'].map(key => shelf.has(key))).toEqual([true, false, true]);
  });

  it('does not count a thing twice', () => {
    const shelf = new Shelf<{ bytes: number }>(100);
    shelf.put('a', { bytes: 60 });
    shelf.put('a', { bytes: 60 });
    shelf.put('b', { bytes: 40 });
    expect(shelf.has('a')).toBe(true);
  });
});
