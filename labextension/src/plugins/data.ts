/** The right sidebar: what the kernel holds. */
import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';

import { serverPath } from '../objectsFiles';
import { IConnections, IViews, IWriting } from '../tokens';
import { addDataCommands } from '../views/data/commands';
import { DataPanel } from '../views/data/panel';

export const dataPlugin: JupyterFrontEndPlugin<void> = {
  id: 'daisy-lab:data',
  description: 'The right sidebar: data objects of the kernel.',
  autoStart: true,
  requires: [IConnections],
  optional: [IViews, IWriting, IDefaultFileBrowser, ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    connections: IConnections,
    views: IViews | null,
    writing: IWriting | null,
    files: IDefaultFileBrowser | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const folder = () => serverPath(files?.model.path ?? '');
    const panel = new DataPanel({ app, connections, views, writing, folder });
    app.shell.add(panel, 'right', { rank: 300 });
    addDataCommands(app, panel, palette);
    restorer?.add(panel, panel.id);
  }
};
