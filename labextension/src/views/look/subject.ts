/**
 * The object that a view shows: which kernel holds it, in which version, and what became of it since.
 * After a reload the view waits for the kernel it was opened on; what was on the screen stays whatever happens.
 */
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { Connection } from '../../connection';
import type { Seen } from '../../imageSaved';
import type { Asks } from '../../imageSource';
import type { Methods, ObjectInfo, ViewInfo } from '../../protocol';
import { type Answer, LostError } from '../../rpc';
import type { Topic } from '../../state';
import type { IConnections } from '../../tokens';

/** What a view must know of its surroundings. */
export interface Surroundings {
  connections: IConnections;
  /** Whether a new version is shown at once. */
  follows(): boolean;
  /** Whether a kernel runs on this server. */
  isRunning(kernel: string): boolean;
}

/** What became of the object, or of the way to it. */
export type Fate = 'waiting' | 'opening' | 'here' | 'newer' | 'gone' | 'away';

export class Subject implements IDisposable, Asks {
  constructor(
    readonly seen: Seen,
    private readonly around: Surroundings,
    kernel: string
  ) {
    this.kernel = kernel;
    around.connections.changed.connect(this.bind, this);
    this.bind();
  }

  /** Id of the kernel that holds it. */
  kernel: string;
  info: ViewInfo | null = null;
  problem: unknown = null;
  /** Version that is current, when another one is shown. */
  newer = 0;

  /** Something became of the object; `info` may be another one. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get fate(): Fate {
    if (!this.connection) {
      return 'waiting';
    }
    if (this.connection.isDisposed || this.connection.standing !== 'ready') {
      return 'away';
    }
    if (!this.info) {
      return 'opening';
    }
    return this.gone ? 'gone' : this.newer ? 'newer' : 'here';
  }

  /** Why there is no way to the kernel. */
  get standing(): Connection['standing'] | null {
    return this.connection?.isDisposed ? 'dead' : (this.connection?.standing ?? null);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  request<M extends keyof Methods>(method: M, params: Methods[M]['params']): Promise<Answer<M>> {
    return this.connection?.request(method, params) ?? Promise.reject(new LostError('no kernel'));
  }

  /** The view is on the screen: it asks, and hears what becomes of the object. */
  show(): void {
    if (!this.visible) {
      this.visible = true;
      this.watch();
      void this.open();
    }
  }

  /** The view is hidden: it asks nothing. */
  hide(): void {
    this.visible = false;
    this.unwatch?.();
    this.unwatch = null;
  }

  /** Show the version that is current. */
  async takeNewer(): Promise<void> {
    await this.open(true);
  }

  /** Ask how to look at the object, unless that is known. */
  async open(again = false): Promise<void> {
    const connection = this.connection;
    if (!connection || connection.standing !== 'ready' || !this.visible || this.asking) {
      return;
    }
    if (this.info && !again) {
      this.check();
      return;
    }
    await this.ask(connection);
    this.tell();
  }

  private async ask(connection: Connection): Promise<void> {
    this.asking = true;
    const { name, version = null } = this.seen;
    try {
      const { result } = await connection.request('view.open', { name, version });
      this.info = result;
      this.created = connection.state.objects.get(name)?.created ?? 0;
      [this.problem, this.newer, this.gone] = [null, 0, false];
    } catch (error) {
      this.problem = error instanceof LostError ? null : error;
    } finally {
      this.asking = false;
    }
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this.leave();
      this.around.connections.changed.disconnect(this.bind, this);
      Signal.clearData(this);
    }
  }

  private bind(): void {
    const current = this.around.connections.current;
    if (this.connection && !this.connection.isDisposed) {
      return;
    }
    if (!current) {
      this.tell();
      return;
    }
    if (this.kernel && this.kernel !== current.kernel.id && this.around.isRunning(this.kernel)) {
      return;
    }
    this.leave();
    this.connection = current;
    this.kernel = current.kernel.id;
    current.changed.connect(this.onStanding, this);
    current.state.changed.connect(this.onState, this);
    this.watch();
    void this.open();
    this.tell();
  }

  private leave(): void {
    this.unwatch?.();
    this.unwatch = null;
    this.connection?.changed.disconnect(this.onStanding, this);
    this.connection?.state.changed.disconnect(this.onState, this);
    this.connection = null;
  }

  private watch(): void {
    if (this.visible && this.connection && !this.unwatch) {
      this.unwatch = this.connection.state.show('objects');
    }
  }

  private onStanding(): void {
    this.told = false;
    void this.open();
    this.tell();
  }

  private onState(_state: unknown, topic: Topic): void {
    if (topic === 'objects') {
      this.told = true;
      if (this.visible) {
        this.check();
      }
    }
  }

  /** See whether the object is still there, and in which version. */
  private check(): void {
    const { connection, info } = this;
    if (!connection || connection.standing !== 'ready' || !info || this.asking) {
      return;
    }
    const { objects } = connection.state;
    const found = objects.get(info.name);
    const before = `${this.gone} ${this.newer}`;
    this.gone = !found && (this.told || objects.size > 0);
    this.newer = found && this.isOther(found, info) ? found.version : 0;
    if (this.newer && this.around.follows()) {
      void this.open(true);
    } else if (before !== `${this.gone} ${this.newer}`) {
      this.tell();
    }
  }

  /** Whether the object that is there is another one than the one that is shown. */
  private isOther(found: ObjectInfo, info: ViewInfo): boolean {
    if (this.seen.version || found.version !== info.version) {
      return !this.seen.version;
    }
    // A kernel that started anew counts from 1 again: another time of birth is another object.
    this.created ||= found.created;
    return found.created !== this.created;
  }

  private tell(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private connection: Connection | null = null;
  private visible = false;
  private asking = false;
  private told = false;
  private gone = false;
  private created = 0;
  private unwatch: (() => void) | null = null;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
}
