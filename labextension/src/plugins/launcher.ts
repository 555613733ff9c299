/** Tiles of the apps that the server offers. */
import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILauncher } from '@jupyterlab/launcher';

import { AppTiles } from '../appTiles';
import { IConnections } from '../tokens';

export const launcherPlugin: JupyterFrontEndPlugin<void> = {
  id: 'daisy-lab:launcher',
  description: 'Tiles of the apps in the launcher.',
  autoStart: true,
  requires: [IConnections],
  optional: [ILauncher, ILabShell],
  activate: (
    app: JupyterFrontEnd,
    { trans }: IConnections,
    launcher: ILauncher | null,
    shell: ILabShell | null
  ): void => {
    if (launcher && shell) {
      const { serverSettings } = app.serviceManager;
      new AppTiles(app.commands, launcher, serverSettings, trans.__('Daisy Apps')).watch(shell);
    }
  }
};
