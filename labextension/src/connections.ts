/**
 * One connection per kernel, and which of them the panels show.
 *
 * Another notebook or console in front means another kernel; when it is closed, the one in use before it is shown.
 * A notebook and a console of one kernel share its connection.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ISignal, Signal } from '@lumino/signaling';

import { Connection } from './connection';
import type { Language } from './state';
import type { IConnections } from './tokens';

export class Connections implements IConnections {
  /**
   * @param trans - Texts of this extension.
   * @param languageCode - The language JupyterLab speaks, as `zh-CN`.
   */
  constructor(
    readonly trans: TranslationBundle,
    languageCode: string
  ) {
    this.language = languageCode.toLowerCase().startsWith('zh') ? 'zh_CN' : 'en';
  }

  get current(): Connection | null {
    return this._current;
  }

  get title(): string {
    return this.context?.session?.name ?? '';
  }

  get changed(): ISignal<this, Connection | null> {
    return this._changed;
  }

  /** Show the kernel of this notebook or console from now on. */
  follow(context: ISessionContext | null): void {
    if (!context || context === this.context || context.isDisposed) {
      return;
    }
    if (!this.recent.includes(context)) {
      context.kernelChanged.connect(this.onKernel, this);
      context.disposed.connect(this.onGone, this);
    }
    this.recent = [context, ...this.recent.filter(other => other !== context)];
    this.take(context.session?.kernel ?? null);
  }

  /** Take note that a kernel was started anew, perhaps from another page: it need not say so itself. */
  restarted(id: string): void {
    void this.byKernel.get(id)?.look();
  }

  private get context(): ISessionContext | undefined {
    return this.recent[0];
  }

  private onKernel(context: ISessionContext): void {
    if (context === this.context) {
      this.take(context.session?.kernel ?? null);
    }
  }

  private onGone(context: ISessionContext): void {
    this.recent = this.recent.filter(other => other !== context);
    this.take(this.context?.session?.kernel ?? null);
  }

  private onConnectionGone(connection: Connection): void {
    if (this.byKernel.get(connection.kernel.id) === connection) {
      this.byKernel.delete(connection.kernel.id);
    }
    if (connection === this._current) {
      // Its notebook was closed; a console of the same kernel may still be there.
      const kernel = this.context?.session?.kernel;
      this.take(kernel && !kernel.isDisposed ? kernel : null);
    }
  }

  private take(kernel: Kernel.IKernelConnection | null): void {
    const next = kernel ? this.of(kernel) : null;
    if (next !== this._current) {
      this._current = next;
      this._changed.emit(next);
    }
  }

  private of(kernel: Kernel.IKernelConnection): Connection {
    const known = this.byKernel.get(kernel.id);
    if (known && !known.isDisposed) {
      return known;
    }
    const made = new Connection(kernel, this.language);
    made.disposed.connect(this.onConnectionGone, this);
    this.byKernel.set(kernel.id, made);
    return made;
  }

  private readonly language: Language;
  /** Notebooks and consoles that were in use, the last one first. */
  private recent: ISessionContext[] = [];
  private _current: Connection | null = null;
  private readonly byKernel = new Map<string, Connection>();
  private readonly _changed = new Signal<this, Connection | null>(this);
}
