/** From the file browser into the store: one click for all that a scan is for, or a dialog to choose. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { beginLoading, type Loading, requestOf, serverPath } from '../../objectsFiles';
import type { Loaded, LoadFile } from '../../protocol';
import type { Connection } from '../../connection';
import type { IConnections, IViews } from '../../tokens';
import { faultText } from '../fault';
import { tellFault } from '../faultTold';
import { LoadBody } from './loadForm';

/** Longest wait for a kernel that starts. */
const PATIENCE = 30_000;

export class FileLoading {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly connections: IConnections,
    private readonly views: IViews | null
  ) {}

  /** Load all that files are for. */
  async loadAll(paths: readonly string[]): Promise<void> {
    const connection = await this.ready();
    for (const path of connection ? paths : []) {
      await this.load({ path: serverPath(path) }, connection);
    }
  }

  /** Let the user choose what of a file is loaded, and under which names. */
  async choose(path: string): Promise<void> {
    const connection = await this.ready();
    if (!connection) {
      return;
    }
    try {
      const { result } = await connection.request('files.look', { path: serverPath(path) });
      await this.ask(beginLoading(result), result.form, result.notes, connection);
    } catch (error) {
      tellFault(error, this.trans);
    }
  }

  /** Ask until it is loaded or given up; what went wrong stands in the dialog. */
  private async ask(
    first: Loading,
    form: string,
    notes: readonly string[],
    connection: Connection
  ): Promise<void> {
    let loading = first;
    for (let fault = ''; ;) {
      const answer = await showDialog<Loading>({
        title: this.trans.__('Load %1 into Daisy', loading.path),
        body: new LoadBody({ loading, form, notes, fault, connection, trans: this.trans }),
        buttons: [Dialog.cancelButton(), Dialog.okButton({ label: this.trans.__('Load') })]
      });
      if (!answer.button.accept || !answer.value) {
        return;
      }
      loading = answer.value;
      try {
        const { result } = await connection.request('files.load', requestOf(loading));
        this.tell(loading.path, result);
        return;
      } catch (error) {
        fault = faultText(error, this.trans);
      }
    }
  }

  private async load(request: LoadFile, connection: Connection | null): Promise<void> {
    try {
      const answer = await connection?.request('files.load', request);
      if (answer) {
        this.tell(request.path, answer.result);
      }
    } catch (error) {
      tellFault(error, this.trans);
    }
  }

  private tell(path: string, { names, notes }: Loaded): void {
    const { trans, views } = this;
    const [first] = names;
    const text = [trans.__('Loaded %1 from %2.', names.join(', '), path), ...notes].join(' ');
    Notification.success(text, {
      autoClose: 8000,
      actions:
        views && first !== undefined
          ? [{ label: trans.__('Open %1', first), callback: () => views.open(first) }]
          : []
    });
    this.app.shell.activateById('daisy-lab-data');
  }

  /** The kernel to load into; without one it says what to do. */
  private async ready(): Promise<Connection | null> {
    const { current } = this.connections;
    if (current && (await comesUp(current))) {
      return current;
    }
    const { trans, app } = this;
    const workbench = 'daisy:workbench';
    Notification.warning(
      trans.__('No kernel with Daisy Lab is ready to load into: open a notebook or a console first.'),
      {
        autoClose: 8000,
        actions: app.commands.hasCommand(workbench)
          ? [{ label: trans.__('Open the workbench'), callback: () => void app.commands.execute(workbench) }]
          : []
      }
    );
    return null;
  }

  private get trans(): TranslationBundle {
    return this.connections.trans;
  }
}

/** Wait for a kernel that is just starting; false when it does not come, or has no Daisy Lab. */
function comesUp(connection: Connection): Promise<boolean> {
  return new Promise(resolve => {
    const look = (): void => {
      if (connection.standing !== 'connecting') {
        settle(connection.standing === 'ready');
      }
    };
    const settle = (up: boolean): void => {
      window.clearTimeout(timer);
      connection.changed.disconnect(look);
      resolve(up);
    };
    const timer = window.setTimeout(() => settle(false), PATIENCE);
    connection.changed.connect(look);
    look();
  });
}
