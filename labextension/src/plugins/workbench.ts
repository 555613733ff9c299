/** The command and the launcher's tile that arrange JupyterLab as a workbench. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IConsoleTracker } from '@jupyterlab/console';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { IConnections } from '../tokens';
import { addWorkbenchCommands, WORKBENCH } from '../workbenchCommands';

export const workbenchPlugin: JupyterFrontEndPlugin<void> = {
  id: 'daisy-lab:workbench',
  description: 'Arranges JupyterLab as a workbench.',
  autoStart: true,
  requires: [IConnections],
  optional: [INotebookTracker, IConsoleTracker, ICommandPalette, ILauncher, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    { trans }: IConnections,
    notebooks: INotebookTracker | null,
    consoles: IConsoleTracker | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    registry: ISettingRegistry | null
  ): void => {
    const settings = registry?.load('daisy-lab:workbench') ?? null;
    addWorkbenchCommands({ app, notebooks, consoles }, trans, settings, palette);
    launcher?.add({ command: WORKBENCH, category: trans.__('Daisy'), rank: 0 });
    void Promise.all([settings, app.restored]).then(([chosen]) => {
      if (chosen?.composite['atStart'] === true) {
        void app.commands.execute(WORKBENCH);
      }
    });
  }
};
