/** Follows the notebook or console last in use, and keeps one connection per kernel. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IConsoleTracker } from '@jupyterlab/console';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Connections } from '../connections';
import { IConnections } from '../tokens';

/** What the server tells of its kernels. */
const KERNEL_ACTIONS = 'https://events.jupyter.org/jupyter_server/kernel_actions/v1';

export const connectionsPlugin: JupyterFrontEndPlugin<IConnections> = {
  id: 'daisy-lab:connections',
  description: 'The kernel that the Daisy Lab panels show.',
  autoStart: true,
  provides: IConnections,
  optional: [INotebookTracker, IConsoleTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker | null,
    consoles: IConsoleTracker | null,
    translator: ITranslator | null
  ): IConnections => {
    const { languageCode } = translator ?? nullTranslator;
    const connections = new Connections((translator ?? nullTranslator).load('daisy_lab'), languageCode);
    for (const tracker of [consoles, notebooks]) {
      const follow = (): void => connections.follow(tracker?.currentWidget?.sessionContext ?? null);
      tracker?.currentChanged.connect(follow);
      // The only notebook stays the tracker's current one while a console is in front: the shell tells of the way back.
      app.shell.currentChanged?.connect(shell => shell.currentWidget === tracker?.currentWidget && follow());
      follow();
    }
    app.serviceManager.events.stream.connect((_, { schema_id, action, kernel_id }) => {
      if (schema_id === KERNEL_ACTIONS && action === 'restart' && typeof kernel_id === 'string') {
        connections.restarted(kernel_id);
      }
    });
    return connections;
  }
};
