/** The plugins of this extension; each wires one thing. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { algorithmsPlugin } from './plugins/algorithms';
import { connectionsPlugin } from './plugins/connections';
import { dataPlugin } from './plugins/data';
import { filesPlugin } from './plugins/files';
import { launcherPlugin } from './plugins/launcher';
import { runsPlugin } from './plugins/runs';
import { settingsPlugin } from './plugins/settings';
import { statusbarPlugin } from './plugins/statusbar';
import { viewsPlugin } from './plugins/views';
import { workbenchPlugin } from './plugins/workbench';
import { writingPlugin } from './plugins/writing';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  algorithmsPlugin,
  connectionsPlugin,
  dataPlugin,
  filesPlugin,
  launcherPlugin,
  runsPlugin,
  settingsPlugin,
  statusbarPlugin,
  viewsPlugin,
  workbenchPlugin,
  writingPlugin
];

export default plugins;
