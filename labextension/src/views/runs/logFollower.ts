/** Follows what a run says: asks only for the lines that are new, one question at a time, and not too often. */
import type { RunLog } from '../../protocol';

/** Asks for the log from a line on. */
export type AskLog = (start: number) => Promise<RunLog>;

export class LogFollower {
  /**
   * @param ask - How the kernel is asked.
   * @param changed - Called when there is more to show.
   * @param pace - Least time between two questions, in milliseconds.
   */
  constructor(
    private readonly ask: AskLog,
    private readonly changed: () => void,
    private readonly pace = 400
  ) {}

  lines: string[] = [];
  curves: RunLog['curves'] = {};
  /** Why the log cannot be shown. */
  fault: unknown = null;

  /** Something of the run changed. */
  nudge(): void {
    this.wanted = true;
    if (this.timer === null && !this.asking && !this.ended) {
      void this.next();
    }
  }

  /** Ask no more. */
  dispose(): void {
    this.ended = true;
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
  }

  private async next(): Promise<void> {
    this.wanted = false;
    this.asking = true;
    try {
      const log = await this.ask(this.lines.length);
      // A long log comes in pieces.
      this.wanted ||= log.lines.length >= PIECE;
      this.lines = log.lines.length ? [...this.lines, ...log.lines] : this.lines;
      this.curves = log.curves;
      this.fault = null;
    } catch (error) {
      this.fault = error;
    }
    this.asking = false;
    if (this.ended) {
      return;
    }
    this.changed();
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.wanted) {
        void this.next();
      }
    }, this.pace);
  }

  private wanted = false;
  private asking = false;
  private ended = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
}

/** Lines after which a piece of a log may be followed by another. */
const PIECE = 1000;
