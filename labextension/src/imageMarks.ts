/**
 * What is drawn onto a picture: a line, with the values along it, and an area, with the statistics of its values.
 * Places are positions in the plane, row before column; pixel r covers r to r + 1.
 */
import { type ISignal, Signal } from '@lumino/signaling';

import { Asker } from './imageAsker';
import type { Asks } from './imageSource';
import type { AskLine, AskStatistics, StatisticsReply } from './protocol';

export const TOOLS = ['move', 'line', 'rectangle', 'polygon', 'circle'] as const;

/** What pressing on the stage does. */
export type Tool = (typeof TOOLS)[number];

export type Place = [row: number, column: number];

/** Ends of a line, opposite corners of a rectangle, all corners of a polygon, centre and rim of a circle. */
export interface Mark {
  kind: Exclude<Tool, 'move'>;
  points: Place[];
}

/** Values along a line, over the distance from its beginning in pixels. */
export interface Profile {
  distances: Float64Array;
  values: Float64Array;
  unit: string;
}

/** Which plane is looked at. */
export type Plane = Pick<AskLine, 'name' | 'version' | 'shown' | 'index'>;

export type MarkChange = 'tool' | 'shape' | 'found';

const POINTS = 600;
const LEAST = 0.5;
/** Corners that stand for a circle. */
const ROUND = 72;

export class Marks {
  constructor(
    asks: Asks,
    private readonly plane: () => Plane
  ) {
    this.lines = new Asker<AskLine, Profile>(
      async question => {
        const { result, buffers } = await asks.request('view.line', question);
        const [distances, values] = buffers.map(buffer => new Float64Array(buffer));
        const none = new Float64Array();
        return { distances: distances ?? none, values: values ?? none, unit: result.unit };
      },
      profile => this.found({ profile }),
      problem => this.found({ profile: null, problem })
    );
    this.areas = new Asker<AskStatistics, StatisticsReply>(
      async question => (await asks.request('view.statistics', question)).result,
      statistics => this.found({ statistics }),
      problem => this.found({ statistics: null, problem })
    );
  }

  line: Mark | null = null;
  area: Mark | null = null;
  profile: Profile | null = null;
  statistics: StatisticsReply | null = null;
  problem: unknown = null;

  get changed(): ISignal<this, MarkChange> {
    return this._changed;
  }

  get tool(): Tool {
    return this._tool;
  }

  /** Choose what pressing does; a polygon that was begun is given up. */
  set tool(tool: Tool) {
    this.open = false;
    this._tool = tool;
    this._changed.emit('tool');
  }

  /** Marks that are there. */
  get all(): Mark[] {
    return [this.line, this.area].filter(mark => mark !== null);
  }

  /** Whether corners are being added to a polygon. */
  get isOpen(): boolean {
    return this.open;
  }

  /** Press at a place: begin a mark, or add a corner. */
  press(at: Place): void {
    const kind = this._tool;
    if (kind === 'move') {
      return;
    }
    if (kind === 'polygon' && this.open && this.area) {
      this.area = { kind, points: [...this.area.points.slice(0, -1), at, at] };
    } else {
      this.place({ kind, points: [at, at] });
      this.open = kind === 'polygon';
    }
    this._changed.emit('shape');
  }

  /** Draw on: the last point goes where the pointer is. */
  draw(at: Place): void {
    const mark = this._tool === 'line' ? this.line : this.area;
    if (mark && this._tool !== 'move') {
      this.put({ ...mark, points: [...mark.points.slice(0, -1), at] });
    }
  }

  /** End drawing; a mark that is only a point goes. */
  finish(): void {
    const mark = this._tool === 'line' ? this.line : this.area;
    if (mark && this.open) {
      this.open = false;
      const points = mark.points.filter((point, n) => n === 0 || apart(point, mark.points[n - 1] ?? point));
      this.put({ ...mark, points });
    }
    if (mark && !isSeen(mark)) {
      this.remove(mark);
    }
    // One mark is drawn, then the hand moves the picture again, as it did before.
    this.tool = 'move';
  }

  /** Set a mark, as a whole. */
  put(mark: Mark): void {
    this.place(mark);
    this._changed.emit('shape');
    this.ask();
  }

  /** Move a mark by rows and columns. */
  shift(mark: Mark, by: Place): void {
    this.put({ ...mark, points: mark.points.map(([row, column]) => [row + by[0], column + by[1]]) });
  }

  /** Move one of a mark's points. */
  pull(mark: Mark, number: number, to: Place): void {
    this.put({ ...mark, points: mark.points.map((point, n) => (n === number ? to : point)) });
  }

  remove(mark: Mark): void {
    this.open = false;
    if (mark.kind === 'line') {
      this.lines.stop();
      this.line = this.profile = null;
    } else {
      this.areas.stop();
      this.area = this.statistics = null;
    }
    this._changed.emit('shape');
  }

  /** Ask anew for what lies below the marks: they moved, or the plane is another one. */
  ask(): void {
    const plane = this.plane();
    if (this.line && isSeen(this.line)) {
      const [from, to] = this.line.points as [Place, Place];
      this.lines.ask({ ...plane, start: from, stop: to, points: POINTS, view: 'line' });
    }
    if (this.area && isSeen(this.area) && !this.open) {
      this.areas.ask({ ...plane, corners: cornersOf(this.area), view: 'area' });
    }
  }

  dispose(): void {
    this.lines.stop();
    this.areas.stop();
    Signal.clearData(this);
  }

  private place(mark: Mark): void {
    if (mark.kind === 'line') {
      this.line = mark;
    } else {
      this.area = mark;
    }
  }

  private found(what: Partial<Pick<Marks, 'profile' | 'statistics' | 'problem'>>): void {
    this.problem = null;
    Object.assign(this, what);
    this._changed.emit('found');
  }

  private _tool: Tool = 'move';
  private open = false;
  private readonly lines: Asker<AskLine, Profile>;
  private readonly areas: Asker<AskStatistics, StatisticsReply>;
  private readonly _changed = new Signal<this, MarkChange>(this);
}

/** Give all corners of a mark, in order around it. */
export function cornersOf({ kind, points }: Mark): Place[] {
  const [first, second] = points;
  if (!first || !second || kind === 'line' || kind === 'polygon') {
    return points;
  }
  if (kind === 'circle') {
    const radius = Math.hypot(second[0] - first[0], second[1] - first[1]);
    return Array.from({ length: ROUND }, (_corner, n) => {
      const turn = (2 * Math.PI * n) / ROUND;
      return [first[0] + radius * Math.sin(turn), first[1] + radius * Math.cos(turn)];
    });
  }
  return [first, [first[0], second[1]], second, [second[0], first[1]]];
}

/** Whether there is more of a mark than a point. */
export function isSeen({ kind, points }: Mark): boolean {
  const [first, second] = points;
  if (!first || !second) {
    return false;
  }
  if (kind === 'rectangle') {
    return Math.abs(first[0] - second[0]) > LEAST && Math.abs(first[1] - second[1]) > LEAST;
  }
  return kind === 'polygon' ? points.length > 2 : apart(first, second);
}

function apart(one: Place, two: Place): boolean {
  return Math.hypot(one[0] - two[0], one[1] - two[1]) > LEAST;
}
