/** The panel at the foot: runs of the kernel. */
import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';

import type { JSONObject } from '@lumino/coreutils';

import { IConnections, IViews, IWriting } from '../tokens';
import { addRunsCommand } from '../views/runs/commands';
import { RunsPanel } from '../views/runs/panel';

export const runsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'daisy-lab:runs',
  description: 'The panel at the foot: runs of the kernel, and the workflow being put together.',
  autoStart: true,
  requires: [IConnections],
  optional: [IViews, IWriting, ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    connections: IConnections,
    views: IViews | null,
    writing: IWriting | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const panel = new RunsPanel(connections, {
      open: views && ((name, version) => views.open(name, version)),
      insert: writing && (text => writing.insert(text)),
      file: writing && ((name, text) => writing.file(name, text)),
      change: call =>
        void app.commands.execute('daisy:open-algorithm', { ...call, settings: call.settings as JSONObject })
    });
    restorer?.add(panel, panel.id);
    addRunsCommand(app, panel, connections.trans, palette);
  }
};
