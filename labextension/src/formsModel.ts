/** The form of one algorithm on one kernel: what it offers, what was entered, what is wrong with it, what it started. */
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { callOf, type Draft, missing, settingsOf, suggest, type Trans } from './forms';
import { faultsOf } from './formsFaults';
import { Pace } from './formsPace';
import { Preview } from './formsPreview';
import type { AlgorithmForm, ErrorInfo, Methods, RunCall, RunInfo } from './protocol';
import { type Answer, LostError, RemoteError } from './rpc';
import type { KernelState, Topic } from './state';

/** What a form needs of a connection. */
export interface Asked {
  readonly state: Pick<KernelState, 'objects' | 'runs' | 'changed'>;
  request<M extends keyof Methods>(method: M, params: Methods[M]['params']): Promise<Answer<M>>;
}

const REFRESH = 250;
const CHECK = 200;

export class FormModel implements IDisposable {
  constructor(
    readonly id: string,
    private readonly kernel: Asked,
    readonly trans: Trans,
    private _draft: Draft
  ) {
    this.preview = new Preview(
      kernel,
      () => (this.reason ? null : this.call),
      () => this._changed.emit()
    );
    kernel.state.changed.connect(this.onTold, this);
    this.ready = this.refresh();
  }

  readonly preview: Preview;
  /** Settled once the form was asked for the first time. */
  readonly ready: Promise<void>;
  form: AlgorithmForm | null = null;
  /** What is wrong, by setting: found here at once, or told by the kernel. */
  faults: Record<string, string> = {};
  /** What went wrong with the call as a whole. */
  error: ErrorInfo | null = null;
  /** What was done last, in words. */
  note = '';
  /** Id of the run that was started last. */
  run = '';
  isDisposed = false;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get draft(): Draft {
    return this._draft;
  }

  /** The call as it stands. */
  get call(): RunCall | null {
    return this.form && callOf(this.form, this._draft);
  }

  /** The run that was started last, as far as the kernel told of it. */
  get last(): RunInfo | null {
    return this.kernel.state.runs.get(this.run) ?? null;
  }

  /** What is marked at the fields: faults, and what the last run said of them while nothing was changed since. */
  get marks(): Record<string, string> {
    const failed = this.last?.state === 'failed' && this.started === this._draft;
    return { ...(failed ? this.last.error?.fields : {}), ...this.faults };
  }

  /** Why it cannot run; empty when it can. */
  get reason(): string {
    if (!this.form) {
      return this.trans.__('The form is being loaded.');
    }
    const wrong = Object.keys(this.faults).length > 0;
    return wrong ? this.trans.__('Mend what is marked first.') : missing(this.form, this._draft, this.trans);
  }

  /** Take what the user changed. */
  change(part: Partial<Draft>): void {
    this.take({ ...this._draft, ...part });
    this.preview.ask();
    this.checking.ask();
  }

  /** Take all values of the settings as a form shows them. */
  setAll(values: Record<string, unknown>): void {
    if (this.form) {
      this.change({ settings: settingsOf(this.form.settings, values) });
    }
  }

  /** Run it. */
  async start(): Promise<void> {
    await this.ask(async call => {
      const { result } = await this.kernel.request('runs.start', call);
      this.run = result.run;
      this.started = this._draft;
    });
  }

  /** Ask the run that was started last to stop. */
  async cancel(): Promise<void> {
    await this.ask(() => this.kernel.request('runs.cancel', { run: this.run }));
  }

  /** Give the line of Python that does it, to `use`. */
  async code(use: (text: string) => void): Promise<void> {
    await this.ask(async call => use((await this.kernel.request('algorithms.code', call)).result.text));
  }

  /** Add it to the workflow that is being put together. */
  async addStep(): Promise<void> {
    await this.ask(async call => {
      await this.kernel.request('workflow.add', call);
      this.note = this.trans.__('It was added to the workflow.');
    });
  }

  dispose(): void {
    if (!this.isDisposed) {
      this.isDisposed = true;
      this.kernel.state.changed.disconnect(this.onTold, this);
      [this.refreshing, this.checking, this.preview].forEach(part => part.dispose());
      Signal.clearData(this);
    }
  }

  private take(draft: Draft): void {
    this._draft = draft;
    this.error = null;
    this.note = '';
    this.faults = this.form ? faultsOf(this.form.settings, draft, this.trans) : {};
    this._changed.emit();
  }

  private onTold(_state: unknown, topic: Topic): void {
    if (topic === 'objects') {
      this.refreshing.ask();
    }
  }

  /** Ask which objects fit, now. */
  private async refresh(): Promise<void> {
    try {
      const { result } = await this.kernel.request('algorithms.form', { id: this.id });
      const before = JSON.stringify(this.call);
      this.form = result;
      const { objects } = this.kernel.state;
      const fitting = new Set(result.inputs.flatMap(port => port.choices));
      this._draft = suggest(this._draft, result, name => objects.has(name) || fitting.has(name));
      this.faults = { ...faultsOf(result.settings, this._draft, this.trans), ...this.told };
      if (JSON.stringify(this.call) !== before) {
        this.preview.ask();
      }
    } catch (error) {
      this.fail(error);
    }
    this.emit();
  }

  /** Let the kernel look at the settings: it knows more than the schema says. */
  private async check(): Promise<void> {
    const call = this.call;
    if (!call) {
      return;
    }
    try {
      const { id, inputs, settings } = call;
      const { result } = await this.kernel.request('algorithms.check', { id, inputs, settings });
      this.told = result.error?.fields ?? {};
      if (this.form) {
        this.faults = { ...this.told, ...faultsOf(this.form.settings, this._draft, this.trans) };
      }
      const whole = result.error && Object.keys(this.told).length === 0;
      this.error = whole ? result.error : this.error;
    } catch (error) {
      this.fail(error);
    }
    this.emit();
  }

  private async ask(work: (call: RunCall) => Promise<unknown>): Promise<void> {
    const call = this.call;
    if (!call) {
      return;
    }
    this.error = null;
    this.note = '';
    try {
      await work(call);
    } catch (error) {
      this.fail(error);
    }
    this.emit();
  }

  private fail(error: unknown): void {
    if (error instanceof RemoteError) {
      this.faults = { ...this.faults, ...error.info.fields };
      this.error = error.info;
    } else if (!(error instanceof LostError)) {
      this.error = { kind: 'Error', message: String(error), fields: {}, traceback: '' };
    }
  }

  private emit(): void {
    if (!this.isDisposed) {
      this._changed.emit();
    }
  }

  private told: Record<string, string> = {};
  /** What the last run was started with. */
  private started: Draft | null = null;
  private readonly refreshing = new Pace(() => this.refresh(), REFRESH);
  private readonly checking = new Pace(() => this.check(), CHECK);
  private readonly _changed = new Signal<this, void>(this);
}
