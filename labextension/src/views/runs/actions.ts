/** What the buttons of the panel do: questions to the kernel, and what happens elsewhere on the page. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Connection } from '../../connection';
import type { RunCall, RunInfo } from '../../protocol';
import { type Fault, faultOf } from '../fault';

/** What other parts of the page do for this panel. */
export interface Page {
  /** Show an object; absent where nothing shows objects. */
  open: ((name: string, version?: number) => void) | null;
  /** Put text where the user writes. */
  insert: ((text: string) => void) | null;
  /** Make a file beside the notebook. */
  file: ((name: string, text: string) => Promise<void>) | null;
  /** Open the algorithm's form, filled in. */
  change: (call: RunCall) => void;
}

/** Everything that can be done with runs. */
export class RunActions {
  constructor(
    private readonly connection: Connection,
    readonly page: Page,
    private readonly trans: TranslationBundle,
    private readonly tell: (fault: Fault | null) => void
  ) {}

  cancel(run: RunInfo): void {
    this.attempt(async () => {
      await this.connection.request('runs.cancel', { run: run.id });
    });
  }

  /** Run it again as it was; says which run began. */
  again(run: RunInfo, began: (id: string) => void): void {
    this.attempt(async () => {
      if (run.call) {
        began((await this.connection.request('runs.start', run.call)).result.run);
      }
    });
  }

  insertRun(run: RunInfo): void {
    this.attempt(async () => {
      if (run.call) {
        this.page.insert?.((await this.connection.request('algorithms.code', run.call)).result.text);
      }
    });
  }

  insertHistory(): void {
    this.attempt(async () => {
      const { result } = await this.connection.request('runs.code', { form: 'python' });
      this.page.insert?.(result.text);
    });
  }

  saveHistory(): void {
    this.attempt(async () => {
      const { result } = await this.connection.request('runs.code', { form: 'json' });
      await this.page.file?.('workflow.json', result.text);
    });
  }

  insertWorkflow(): void {
    this.attempt(async () => {
      const { result } = await this.connection.request('workflow.code', { form: 'python' });
      this.page.insert?.(result.text);
    });
  }

  saveWorkflow(): void {
    this.attempt(async () => {
      const { result } = await this.connection.request('workflow.code', { form: 'json' });
      await this.page.file?.('workflow.json', result.text);
    });
  }

  clearWorkflow(): void {
    this.attempt(async () => {
      await this.connection.request('workflow.clear', {});
    });
  }

  private attempt(work: () => Promise<void>): void {
    this.tell(null);
    work().catch((error: unknown) => this.tell(faultOf(error, this.trans)));
  }
}
