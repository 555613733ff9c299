/** Questions that come faster than their answers: one under way, of those that wait only the latest is asked. */

/** Asks one thing at a time. */
export class Asker<Q, A> {
  constructor(
    private readonly fetch: (question: Q) => Promise<A>,
    private readonly took: (answer: A, question: Q) => void,
    private readonly failed: (error: unknown, question: Q) => void,
    /** Least time between an answer and the next question, milliseconds. */
    private readonly pace = 0
  ) {}

  /** Whether nothing is under way. */
  get idle(): boolean {
    return !this.busy;
  }

  /** Ask this as soon as the answer before has come; what still waits is dropped. */
  ask(question: Q): void {
    this.waiting = { question };
    if (!this.busy) {
      void this.run();
    }
  }

  /** Drop what waits, and do not tell what is under way. */
  stop(): void {
    this.waiting = null;
    this.turn++;
  }

  private async run(): Promise<void> {
    this.busy = true;
    while (this.waiting) {
      const { question } = this.waiting;
      const turn = this.turn;
      this.waiting = null;
      try {
        const answer = await this.fetch(question);
        if (turn === this.turn) {
          this.took(answer, question);
        }
      } catch (error) {
        if (turn === this.turn) {
          this.failed(error, question);
        }
      }
      if (this.pace) {
        await new Promise(resolve => setTimeout(resolve, this.pace));
      }
    }
    this.busy = false;
  }

  private waiting: { question: Q } | null = null;
  private busy = false;
  private turn = 0;
}

/** Keeps the latest things up to so many bytes. */
export class Shelf<T extends { bytes: number }> {
  constructor(private readonly most: number) {}

  get(key: string): T | undefined {
    const found = this.things.get(key);
    if (found) {
      this.things.delete(key);
      this.things.set(key, found);
    }
    return found;
  }

  has(key: string): boolean {
    return this.things.has(key);
  }

  put(key: string, thing: T): void {
    this.remove(key);
    this.things.set(key, thing);
    this.bytes += thing.bytes;
    for (const [old] of this.things) {
      if (this.bytes <= this.most) {
        break;
      }
      this.remove(old);
    }
  }

  clear(): void {
    this.things.clear();
    this.bytes = 0;
  }

  private remove(key: string): void {
    this.bytes -= this.things.get(key)?.bytes ?? 0;
    this.things.delete(key);
  }

  private bytes = 0;
  private readonly things = new Map<string, T>();
}
