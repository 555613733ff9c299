/**
 * One kernel: its comm opened, opened anew after a restart or a cut wire, and how that stands in one word.
 *
 * The bridge is imported and the comm is served in a subshell, a thread beside the cells: a busy kernel answers, too.
 * A kernel without subshells answers between two cells.
 */
import { type Kernel, KernelMessage } from '@jupyterlab/services';
import type { JSONObject } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { PROTOCOL, TARGET, type Hello, type Methods } from './protocol';
import { whoAnswers } from './revival';
import { type Answer, LostError, Rpc } from './rpc';
import { KernelState, type Language } from './state';
import { createSubshell, deleteSubshell, hasSubshell } from './subshell';
import { Wire } from './wire';

/** How it stands between browser and kernel. */
export type Standing = 'connecting' | 'busy' | 'ready' | 'missing' | 'outdated' | 'lost' | 'dead';

const IMPORT = "__import__('daisy_lab._bridge', fromlist=['install']).install()";
/** Time after which a kernel that runs a cell is called busy. */
const PATIENCE_MS = 1500;
/** Time in which a kernel that has the bridge says hello. */
const HELLO_MS = 30_000;

/** The way to one kernel. */
export class Connection implements IDisposable {
  constructor(
    readonly kernel: Kernel.IKernelConnection,
    language: Language = ''
  ) {
    this.state = new KernelState(language);
    kernel.statusChanged.connect(this.onStatus, this);
    kernel.connectionStatusChanged.connect(this.onWireStatus, this);
    kernel.disposed.connect(this.dispose, this);
    window.addEventListener('pagehide', this.onPageHide);
    void this.open();
  }

  readonly state: KernelState;
  hello: Hello | null = null;
  /** Why the kernel cannot be used, in its own words. */
  reason = '';
  /** Whether the state still shows what this kernel held when it answered last. */
  remembers = false;

  get standing(): Standing {
    return this._standing;
  }

  get changed(): ISignal<this, Standing> {
    return this._changed;
  }

  get disposed(): ISignal<this, void> {
    return this._disposed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Ask the kernel something. */
  request<M extends keyof Methods>(method: M, params: Methods[M]['params']): Promise<Answer<M>> {
    return this.rpc?.request(method, params) ?? Promise.reject(new LostError('not connected'));
  }

  /** Try again, after daisy_lab was installed or the wire was cut. */
  async open(): Promise<void> {
    const attempt = ++this.attempt;
    this.close();
    this.become('connecting');
    try {
      await this.reach(attempt);
    } catch (error) {
      if (attempt === this.attempt) {
        this.reason = String(error);
        this.become('lost');
      }
    }
  }

  /** Look whether the process that answered is still there: someone else had the kernel started anew. */
  async look(): Promise<void> {
    const { wire } = this;
    if (wire && !this.restarting) {
      const session = await whoAnswers(this.kernel, () => wire !== this.wire || this.restarting);
      if (session && wire === this.wire && wire.session && session !== wire.session) {
        this.onReplaced();
      }
    }
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this.attempt++;
      window.removeEventListener('pagehide', this.onPageHide);
      this.onPageHide();
      this._disposed.emit();
      Signal.clearData(this);
    }
  }

  private async reach(attempt: number): Promise<void> {
    if (!this.subshell || !(await hasSubshell(this.kernel, this.subshell))) {
      const subshell = await createSubshell(this.kernel);
      if (attempt !== this.attempt) {
        this.giveBack(subshell);
        return;
      }
      this.subshell = subshell;
    }
    const imported = await this.importBridge(attempt);
    if (attempt !== this.attempt) {
      return;
    }
    if (!imported) {
      this.become('missing');
    } else if (!(await this.openWire(attempt)) && attempt === this.attempt) {
      this.become('lost');
    }
  }

  /** Have the kernel take comms of ours; false when it has no daisy_lab. */
  private async importBridge(attempt: number): Promise<boolean> {
    const { kernel } = this;
    const timer = window.setTimeout(
      () => attempt === this.attempt && this.isBusy() && this.become('busy'),
      PATIENCE_MS
    );
    try {
      const info = this.subshell ? null : await kernel.info;
      if (info && !info.language_info.name.toLowerCase().includes('python')) {
        this.reason = info.banner.split('\n', 1)[0] ?? '';
        return false;
      }
      const message = KernelMessage.createMessage<KernelMessage.IExecuteRequestMsg>({
        msgType: 'execute_request',
        channel: 'shell',
        username: kernel.username,
        session: kernel.clientId,
        subshellId: this.subshell,
        content: {
          code: IMPORT,
          silent: true,
          store_history: false,
          allow_stdin: false,
          stop_on_error: false
        }
      });
      const { content } = await kernel.sendShellMessage(message, true).done;
      this.reason = 'evalue' in content && typeof content.evalue === 'string' ? content.evalue : '';
      return 'status' in content && content.status === 'ok';
    } finally {
      window.clearTimeout(timer);
    }
  }

  /** Open a comm and wait for the kernel's hello; false when it refuses. */
  private openWire(attempt: number): Promise<boolean> {
    return new Promise(resolve => {
      const wire = new Wire(this.kernel, TARGET, this.subshell);
      const rpc = new Rpc(data => wire.send(data as JSONObject));
      const timer = window.setTimeout(() => end(false), HELLO_MS);
      const end = (taken: boolean): void => {
        window.clearTimeout(timer);
        if (!taken) {
          wire.close();
        }
        resolve(taken);
      };
      rpc.on('hello', hello => {
        if (attempt === this.attempt) {
          this.take(wire, rpc, hello);
        }
        end(attempt === this.attempt);
      });
      rpc.on('alive', () => void rpc.request('alive', {}).catch(() => undefined));
      wire.heard = (data, buffers) => rpc.receive(data, buffers);
      wire.ended = () => (this.wire === wire ? this.onEnded() : end(false));
      wire.replaced = () => this.onReplaced();
      wire.open();
    });
  }

  private take(wire: Wire, rpc: Rpc, hello: Hello): void {
    this.wire = wire;
    this.hello = hello;
    this.cut = false;
    if (hello.protocol !== PROTOCOL) {
      this.become('outdated');
      return;
    }
    this.rpc = rpc;
    this.state.attach(rpc);
    this.remembers = true;
    this.become('ready');
  }

  private onEnded(): void {
    this.attempt++;
    this.close();
    this.become('lost');
  }

  private onReplaced(): void {
    this.forget();
    void this.open();
  }

  private forget(): void {
    this.attempt++;
    this.close();
    this.subshell = null;
    this.remembers = false;
    this.state.forget();
  }

  private onStatus(_kernel: Kernel.IKernelConnection, status: Kernel.Status): void {
    if (status === 'dead') {
      this.restarting = false;
      this.forget();
      this.become('dead');
    } else if (status === 'restarting' || status === 'autorestarting') {
      const before = this.wire?.session;
      this.forget();
      this.become('connecting');
      void this.revive(before);
    } else if (status === 'starting' && this.subshell && !this.restarting) {
      this.onReplaced();
    }
  }

  /** Wait until the kernel that starts anew answers, and open. */
  private async revive(before?: string): Promise<void> {
    if (!this.restarting) {
      this.restarting = true;
      const ended = (): boolean => this.isDisposed || !this.restarting;
      await whoAnswers(this.kernel, ended, before);
      if (!ended()) {
        this.restarting = false;
        void this.open();
      }
    }
  }

  private onWireStatus(_kernel: Kernel.IKernelConnection, status: Kernel.ConnectionStatus): void {
    if (status !== 'connected') {
      this.cut = !this.restarting;
      if (this._standing === 'ready') {
        this.attempt++;
        this.close();
        this.become('lost');
      }
    } else if (this.cut && !this.restarting) {
      this.cut = false;
      void this.open();
    }
  }

  private close(): void {
    this.state.detach();
    this.rpc?.close();
    this.rpc = null;
    if (this.reachable()) {
      this.wire?.close();
    } else {
      this.wire?.dispose();
    }
    this.wire = null;
  }

  private giveBack(subshell: string | null): void {
    if (subshell && this.reachable()) {
      deleteSubshell(this.kernel, subshell);
    }
  }

  private reachable(): boolean {
    return !this.kernel.isDisposed && this.kernel.connectionStatus === 'connected' && !this.restarting;
  }

  private isBusy(): boolean {
    return !this.kernel.isDisposed && this.kernel.status !== 'idle' && this._standing === 'connecting';
  }

  private become(standing: Standing): void {
    this._standing = standing;
    this._changed.emit(standing);
  }

  /** A page that is left takes its thread in the kernel along. */
  private readonly onPageHide = (): void => {
    this.close();
    this.giveBack(this.subshell);
    this.subshell = null;
  };

  private rpc: Rpc | null = null;
  private wire: Wire | null = null;
  private subshell: string | null = null;
  private attempt = 0;
  private restarting = false;
  private cut = false;
  private _isDisposed = false;
  private _standing: Standing = 'connecting';
  private readonly _changed = new Signal<this, Standing>(this);
  private readonly _disposed = new Signal<this, void>(this);
}
