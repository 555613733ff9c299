/**
 * What a kernel has told: objects, runs, algorithms, the workflow being put together.
 * First the whole of a topic, then changes; a topic that nobody shows is not asked for.
 */
import { type ISignal, Signal } from '@lumino/signaling';

import type {
  AlgorithmInfo,
  AlgorithmsEvent,
  BrokenPluginInfo,
  MemoryInfo,
  ObjectInfo,
  ObjectsEvent,
  RunInfo,
  RunsEvent,
  Watch,
  WorkflowEvent,
  WorkflowStep
} from './protocol';
import type { Rpc } from './rpc';

export type Topic = Watch['topics'][number];

/** Language of a front's texts; empty for the kernel's own. */
export type Language = NonNullable<Watch['language']>;

/** The picture of one kernel. */
export class KernelState {
  constructor(private readonly language: Language = '') {}

  readonly objects = new Map<string, ObjectInfo>();
  readonly runs = new Map<string, RunInfo>();
  algorithms: AlgorithmInfo[] = [];
  broken: BrokenPluginInfo[] = [];
  workflow: WorkflowStep[] = [];
  memory: MemoryInfo = { resident: 0, budget: null, process: 0 };
  canUndo = false;
  canRedo = false;

  /** Says which topic changed. */
  get changed(): ISignal<this, Topic> {
    return this._changed;
  }

  /** Take what this end of the wire tells from now on; the picture so far stays until it is told anew. */
  attach(rpc: Rpc): void {
    this.rpc = rpc;
    rpc.on('objects', event => this.takeObjects(event));
    rpc.on('runs', event => this.takeRuns(event));
    rpc.on('algorithms', event => this.takeAlgorithms(event));
    rpc.on('workflow', event => this.takeWorkflow(event));
    this.tellWatched();
  }

  /** The wire was cut: the picture stays, nothing is asked. */
  detach(): void {
    this.rpc = null;
  }

  /** A kernel that starts anew knows nothing. */
  forget(): void {
    this.objects.clear();
    this.runs.clear();
    this.workflow = [];
    this.canUndo = this.canRedo = false;
    for (const topic of ['objects', 'runs', 'workflow'] as const) {
      this._changed.emit(topic);
    }
  }

  /** A panel that shows these topics became visible; what is returned says that it is hidden again. */
  show(...topics: Topic[]): () => void {
    topics.forEach(topic => this.shown.set(topic, (this.shown.get(topic) ?? 0) + 1));
    this.tellWatched();
    let over = false;
    return () => {
      if (!over) {
        over = true;
        topics.forEach(topic => this.shown.set(topic, (this.shown.get(topic) ?? 1) - 1));
        this.tellWatched();
      }
    };
  }

  private tellWatched(): void {
    const topics = [...this.shown].filter(([, count]) => count > 0).map(([topic]) => topic);
    const told = topics.sort().join();
    if (this.rpc && (told !== this.told || this.rpc !== this.toldTo)) {
      [this.told, this.toldTo] = [told, this.rpc];
      this.rpc.request('watch', { topics, language: this.language }).catch(() => (this.told = ''));
    }
  }

  private takeObjects(event: ObjectsEvent): void {
    if (event.full) {
      this.objects.clear();
    }
    event.objects.forEach(object => this.objects.set(object.name, object));
    event.gone.forEach(name => this.objects.delete(name));
    this.memory = event.memory;
    this.canUndo = event.can_undo;
    this.canRedo = event.can_redo;
    this._changed.emit('objects');
  }

  private takeRuns(event: RunsEvent): void {
    if (event.full) {
      this.runs.clear();
    }
    event.runs.forEach(run => this.runs.set(run.id, run));
    this._changed.emit('runs');
  }

  private takeAlgorithms(event: AlgorithmsEvent): void {
    this.algorithms = event.algorithms;
    this.broken = event.broken;
    this._changed.emit('algorithms');
  }

  private takeWorkflow(event: WorkflowEvent): void {
    this.workflow = event.steps;
    this._changed.emit('workflow');
  }

  private rpc: Rpc | null = null;
  private told = '';
  private toldTo: Rpc | null = null;
  private readonly shown = new Map<Topic, number>();
  private readonly _changed = new Signal<this, Topic>(this);
}
