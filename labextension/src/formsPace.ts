/** Work that follows changes: a moment after the last one, never twice at once, and again if something changed meanwhile. */

/** Does work in the pace at which it can be done. */
export class Pace {
  constructor(
    private readonly work: () => Promise<void>,
    private readonly delay: number
  ) {}

  /** Something changed: the work is to be done. */
  ask(): void {
    if (this.isDisposed) {
      return;
    }
    if (this.busy) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.go(), this.delay);
  }

  /** Forget what was asked for; what is under way ends by itself. */
  rest(): void {
    clearTimeout(this.timer);
    this.again = false;
  }

  dispose(): void {
    this.isDisposed = true;
    this.rest();
  }

  private async go(): Promise<void> {
    this.busy = true;
    try {
      await this.work();
    } finally {
      this.busy = false;
      if (this.again) {
        this.again = false;
        this.ask();
      }
    }
  }

  private timer: ReturnType<typeof setTimeout> | undefined;
  private busy = false;
  private again = false;
  private isDisposed = false;
}
