/**
 * What kernel and browser may say to each other.
 * Made by .ci/protocol.py from daisy_lab/_messages: change it there, then run `make protocol`.
 */

export const PROTOCOL = 1;

export const TARGET = 'daisy_lab.v1';

/** Add a call to the workflow being put together. */
export interface AddStep {
  id: string;
  inputs: Record<string, string>;
  settings?: Record<string, unknown>;
  into?: string[];
}

/** Everything a form needs. */
export interface AlgorithmForm {
  id: string;
  inputs: PortInfo[];
  outputs: PortInfo[];
  /** JSON Schema of the settings. */
  settings: Record<string, unknown>;
  /** Whether one block can be computed without the rest. */
  previews: boolean;
}

/** One algorithm in the tree. */
export interface AlgorithmInfo {
  id: string;
  /** Its name for a reader, as in `Remove zingers`. */
  title: string;
  technique: string;
  /** Folder of its technique, as in `correction`; empty when it stands alone. */
  group: string;
  summary: string;
  /** Its whole documentation, as Markdown. */
  text: string;
  /** Distribution it comes from; empty for one defined in the notebook. */
  plugin: string;
}

/** All algorithms this kernel knows. */
export interface AlgorithmsEvent {
  algorithms: AlgorithmInfo[];
  broken: BrokenPluginInfo[];
}

/** Asks a front that was silent for long whether it is still there; it answers with the request `alive`. */
export type Alive = Record<string, never>;

/** Evenly spaced angles for a scan whose file has none, in degree. */
export interface AngleRange {
  first?: number;
  last?: number;
  /** As many as there are projections by default. */
  count?: number | null;
  /** Whether the last angle is one of them, or where the next one would be. */
  with_last?: boolean;
}

/** Where an array is: in a file of the session, in a user's file, or in the buffer beside this reply. */
export interface ArrayPlace {
  name: string;
  version: number;
  axes: string[];
  unit: string;
  shape: number[];
  /** As NumPy writes it: `<f4`. */
  dtype: string;
  /** File that holds the values in C order, from `offset` on; it is never written again. */
  path: string | null;
  offset: number;
  /** Of a dataset that is still in its user's file: how that is opened. */
  reference: Record<string, unknown> | null;
}

/** A request as it arrives. */
export interface Ask {
  id: number;
  method: string;
  params?: Record<string, unknown>;
}

/** Ask where an array is. */
export interface AskArray {
  name: string;
  version?: number | null;
}

/** Ask for values along one axis. */
export interface AskCurve {
  /** Which view asks. An older request of its kind that still waits is answered with a `SupersededError`. */
  view?: string;
  name: string;
  version?: number | null;
  along?: string | null;
  index?: Record<string, number>;
  start?: number;
  stop?: number | null;
  points?: number;
}

/** Ask what is in a file; the path is relative to the folder the kernel was started in, or below another root. */
export interface AskFile {
  path: string;
}

/** Ask what a folder below the roots holds. */
export interface AskFolder {
  /** Relative to the first root, or absolute below another one. */
  path?: string;
}

/** Ask for the form of an algorithm. */
export interface AskForm {
  id: string;
}

/** Ask for the histogram of one plane or curve. */
export interface AskHistogram {
  /** Which view asks. An older request of its kind that still waits is answered with a `SupersededError`. */
  view?: string;
  name: string;
  version?: number | null;
  shown?: string[] | null;
  index?: Record<string, number>;
  bins?: number;
}

/** Ask for the pixels of one plane, not more than the screen has. */
export interface AskImage {
  /** Which view asks. An older request of its kind that still waits is answered with a `SupersededError`. */
  view?: string;
  name: string;
  version?: number | null;
  /** Axes down and across; the last two by default. */
  shown?: [string, string] | null;
  index?: Record<string, number>;
  region?: [number, number, number, number] | null;
  height?: number;
  width?: number;
  low?: number | null;
  high?: number | null;
  bits?: 8 | 16;
}

/** Ask for the values along a line across a plane, interpolated between pixels. */
export interface AskLine {
  /** Which view asks. An older request of its kind that still waits is answered with a `SupersededError`. */
  view?: string;
  name: string;
  version?: number | null;
  shown?: [string, string] | null;
  index?: Record<string, number>;
  start: [number, number];
  stop: [number, number];
  points?: number;
}

/** Ask for the log of a run, from a line on. */
export interface AskLog {
  run: string;
  start?: number;
}

/** Ask for one value. */
export interface AskPixel {
  /** Which view asks. An older request of its kind that still waits is answered with a `SupersededError`. */
  view?: string;
  name: string;
  version?: number | null;
  index: Record<string, number>;
}

/** Ask how much room there is at a path. */
export interface AskSpace {
  path?: string;
}

/** Ask for the statistics of the values inside a polygon. */
export interface AskStatistics {
  /** Which view asks. An older request of its kind that still waits is answered with a `SupersededError`. */
  view?: string;
  name: string;
  version?: number | null;
  shown?: [string, string] | null;
  index?: Record<string, number>;
  corners: [number, number][];
}

/** Ask for some lines of a table, or of an array with two axes or one. */
export interface AskTable {
  name: string;
  version?: number | null;
  start?: number;
  count?: number;
}

/** Ask for an object as text. */
export interface AskText {
  name: string;
  version?: number | null;
}

/** Ask for a record as a tree, from a path of keys on. */
export interface AskTree {
  name: string;
  version?: number | null;
  path?: string[];
}

/** Ask how to look at an object. */
export interface AskView {
  name: string;
  version?: number | null;
}

/** Ask for a whole volume in no more voxels than a browser can turn around. */
export interface AskVolume {
  /** Which view asks. An older request of its kind that still waits is answered with a `SupersededError`. */
  view?: string;
  name: string;
  version?: number | null;
  /** Three axes, the slowest first; the last three by default. */
  shown?: [string, string, string] | null;
  index?: Record<string, number>;
  voxels?: number;
  low?: number | null;
  high?: number | null;
}

/** A plug-in that could not be loaded. */
export interface BrokenPluginInfo {
  name: string;
  distribution: string;
  reason: string;
}

/** Ask for a call as a line of Python. */
export interface CallCode {
  id: string;
  inputs?: Record<string, string>;
  settings?: Record<string, unknown>;
  into?: string[];
}

/** Ask a run to stop. */
export interface CancelRun {
  run: string;
}

/** What is wrong with a workflow: nothing, when there are no faults and nothing is missing. */
export interface ChainChecked {
  faults: ChainFault[];
  /** Inputs that the session does not hold. */
  missing: string[];
  inputs: string[];
  outputs: string[];
}

/** How far a first look at a part of a file has come; told to the front that asked, while it takes long. */
export interface ChainEvent {
  view: string;
  fraction: number | null;
  text: string;
}

/** One thing that is wrong with a workflow. */
export interface ChainFault {
  /** Counted from 0; -1 for the workflow as a whole. */
  step: number;
  label: string;
  /** Empty when it is about the step. */
  setting: string;
  message: string;
}

/** What a run will cost. */
export interface ChainPlan {
  /** None are told where a step says only when it runs how large its result is. */
  outputs: PlannedOutput[];
  output_bytes: number;
  /** Memory above what the session holds now. */
  peak_bytes: number;
  /** Memory it may take. */
  memory_bytes: number;
  /** From recorded runs, else from short blocks computed just now. */
  seconds: number | null;
  /** Whether the time is from short blocks, and so a rough guess. */
  measured: boolean;
  device: string;
  blocks: number;
  /** The whole plan in words. */
  text: string;
  /** Room on the disk of the output. */
  free_bytes: number | null;
  /** Why the output cannot be written, as things stand. */
  problem: ErrorInfo | null;
}

/** A part of a result, computed through the whole chain. */
export interface ChainSlice {
  /** Empty for a result without axes: its value is among the values. */
  name: string;
  version: number;
  axes: string[];
  shape: number[];
  unit: string;
  low: number | null;
  high: number | null;
  /** Time it took in the session. */
  seconds: number;
  /** Whether it was there already: no step had to run. */
  held: boolean;
  /** Values found on the way, as the rotation axis, by name. */
  values: Record<string, unknown>;
  /** What the steps said while they worked, as how sure a found axis is. */
  lines: string[];
}

/** Check the settings and inputs of a call that is still being filled in. */
export interface CheckCall {
  id: string;
  inputs?: Record<string, string>;
  settings?: Record<string, unknown>;
}

/** Check every step and setting of a workflow, and whether its inputs are there. */
export interface CheckChain {
  workflow: Record<string, unknown>;
  settings?: Record<string, unknown>;
  inputs?: Record<string, string>;
}

/** What is wrong with a call; no error when nothing is. */
export interface Checked {
  error: ErrorInfo | null;
}

/** Begin the workflow anew. */
export type ClearSteps = Record<string, never>;

/** Something as a text to insert or to save. */
export interface Code {
  text: string;
}

/** Compare two objects or two versions of one. */
export interface CompareObjects {
  first: string;
  second: string;
  first_version?: number | null;
  second_version?: number | null;
}

/** How two objects differ. */
export interface Comparison {
  /** Whether their contents are the same, bit by bit. */
  same: boolean;
  /** What differs, in words. */
  text: string;
  /** Largest difference of two values; none where shapes do not fit. */
  largest: number | null;
  rms: number | null;
}

/** Lines over one axis; the buffers hold x, then y of each line, as 64 bit floats. Where there are more points than asked for, each pair of points is the smallest and the largest of its stretch. */
export interface CurveReply {
  points: number;
  lines: string[];
  x_title: string;
  y_title: string;
}

/** One dataset of a file. */
export interface DatasetInfo {
  /** Path inside the file; empty for a file that is one dataset. */
  dataset: string;
  shape: number[];
  dtype: string;
  /** Name it would get in the store: the field's own word where the file says what it is. */
  name: string;
  /** Whether it is part of what the file is for, as the projections of a scan. */
  chosen: boolean;
  note: string;
}

/** Take names away; undo brings them back. */
export interface DeleteObjects {
  names: string[];
}

/** It was done; there is nothing to say. */
export type Done = Record<string, never>;

/** What went wrong, for a reader. */
export interface ErrorInfo {
  /** Name of the exception. */
  kind: string;
  /** What was asked, what is there, what to do. */
  message: string;
  /** Faults of single settings, by name. */
  fields: Record<string, string>;
  /** Where it happened; empty for a mistake that explains itself. */
  traceback: string;
}

/** Ask for a workflow as JSON, as a script, or as a notebook that makes the result from the input files again. */
export interface ExportChain {
  workflow: Record<string, unknown>;
  settings?: Record<string, unknown>;
  want?: Record<string, [number, number]>;
  form: 'json' | 'python' | 'notebook';
  /** File of each input, as `path` or `path::dataset`; by default where the session's inputs came from. */
  inputs?: Record<string, string>;
  /** Inputs that have another name in the session. */
  held?: Record<string, string>;
  /** File that the notebook writes. */
  output?: string;
}

/** A piece of a file, which is the buffer beside the reply. */
export interface FileBytes {
  offset: number;
  /** Bytes of the whole file. */
  size: number;
  /** Changes with the file: a download that sees another one begins anew. */
  stamp: string;
}

/** What a file holds. */
export interface FileInfo {
  path: string;
  /** What the file was recognised as. */
  form: string;
  datasets: DatasetInfo[];
  notes: string[];
  /** What a scan needs and this one does not have: its flats, darks or angles (`theta`). */
  missing: string[];
}

/** One file or folder. */
export interface FolderEntry {
  name: string;
  /** As it can be asked for. */
  path: string;
  kind: 'folder' | 'file';
  /** Bytes of a file; 0 of a folder. */
  size: number;
  /** Seconds since 1970. */
  modified: number;
  writable: boolean;
}

/** What a folder holds, folders first, in natural order; hidden names are left out. */
export interface FolderInfo {
  /** As it can be asked for: relative to the first root (empty for that itself), whole below another one. */
  path: string;
  /** Which of the roots it lies below. */
  root: number;
  /** All roots, as they can be asked for. */
  roots: string[];
  absolute: string;
  entries: FolderEntry[];
  /** Entries that were left out. */
  more: number;
  writable: boolean;
}

/** Ask for a record, the newest version or an older one. */
export interface GetRecord {
  name: string;
  version?: number | null;
}

/** The first event after a comm was opened. */
export interface Hello {
  protocol: number;
  /** Version of daisy_lab in the kernel. */
  version: string;
  /** Language of the kernel's texts. */
  language: string;
  topics: ('objects' | 'runs' | 'algorithms' | 'workflow')[];
}

/** Counts of values; the buffer holds them as 32 bit integers. */
export interface HistogramReply {
  low: number;
  high: number;
  bins: number;
  /** Values counted; the rest are not numbers. */
  finite: number;
}

/** Ask for what led to some objects as a script, or as a workflow file; without names: to all that there is. */
export interface HistoryCode {
  names?: string[];
  form: 'python' | 'json';
}

/** A picture; the buffer holds its pixels, row by row, 8 or 16 bit, little endian. */
export interface ImageReply {
  height: number;
  width: number;
  bits: 8 | 16;
  /** First and last row and column of the array that are shown: top, bottom, left, right; ends excluded. */
  region: [number, number, number, number];
  low: number;
  /** Values of the darkest and the brightest level; what is not a number is level 0. */
  high: number;
  /** Time it took in the kernel. */
  seconds: number;
  /** Of a preview: the axis of which one position was computed; empty where all was. */
  along: string;
  /** Which position. */
  place: number;
  /** Positions there are. */
  length: number;
}

/** What came into the store, and what the file says beside it. */
export interface InputLoaded {
  /** None where the file holds settings only. */
  names: string[];
  /** Of the first of them. */
  shape: number[];
  notes: string[];
  /** Of a pattern `dataformat`, `wavelength`, `kind`; of a configuration `settings`, `inputfile`, and the files of its `background`, those `missing` by name. */
  about: Record<string, unknown>;
}

/** A record was kept. */
export interface KeptRecord {
  version: number;
  /** False when the current version says the same: then there is no new one. */
  changed: boolean;
}

/** Values along a line; the buffers hold distances from its beginning, then values, as 64 bit floats. */
export interface LineReply {
  points: number;
  /** In pixels. */
  length: number;
  /** Of the values. */
  unit: string;
}

/** The chain of runs that made an object, first things first. */
export interface Lineage {
  nodes: LineageNode[];
  /** The same as a script. */
  python: string;
}

/** One step, or one object nobody made, on the way to a result. */
export interface LineageNode {
  id: string;
  kind: 'run' | 'object';
  /** Name of the algorithm, or of the object. */
  title: string;
  /** Settings that were used, or what the object is. */
  text: string;
  /** Ids of the nodes it was made from. */
  reads: string[];
  seconds: number;
}

/** Ask for all versions of a name. */
export interface ListVersions {
  name: string;
}

/** Put datasets of a file into the store, lazily; without datasets, all that the file is for. */
export interface LoadFile {
  path: string;
  /** Name in the store: path inside the file. */
  datasets?: Record<string, string>;
  angle_unit?: 'auto' | 'degree' | 'rad';
  /** Put the names below this one, as `scan/projections`. */
  group?: string;
  /** Angles to put beside the projections, in place of those in the file. */
  theta?: AngleRange | null;
  /** Whether undo knows of it; not where a page's settings say what is open. */
  undoable?: boolean;
}

/** Put what files hold into the store under the name that workflows give it. A pattern becomes `x`, `intensity` and, where it has one, `sigma`; `patterns` are several over one `x`, of text files or of one HDF5 file; `gr` are G(r) over one `r`, likewise. */
export interface LoadInput {
  paths: string[];
  role: 'pattern' | 'patterns' | 'background' | 'gr' | 'settings' | 'frames' | 'geometry' | 'mask' | 'dark' | 'flat' | 'background_frame' | 'points';
  /** Lay it on this page's shelf instead, as `~x`: looking is no action, and undo knows nothing of it. */
  look?: boolean;
  /** Another name than the role's own, for frames and what goes with them. */
  name?: string | null;
}

/** What came into the store. */
export interface Loaded {
  names: string[];
  notes: string[];
  /** What a scan needs and is not in the store either, as `theta`. */
  missing: string[];
}

/** What the store holds. */
export interface MemoryInfo {
  /** Bytes of arrays in memory. */
  resident: number;
  /** Bytes it may hold before it spills to disk; none when nobody set a limit. */
  budget: number | null;
  /** Bytes the whole kernel holds. */
  process: number;
}

/** One version of a data object, without its value. */
export interface ObjectInfo {
  name: string;
  version: number;
  kind: 'array' | 'scalar' | 'text' | 'table' | 'record' | 'dataset';
  axes: string[];
  unit: string;
  shape: number[];
  dtype: string;
  nbytes: number;
  device: string;
  /** Id of the algorithm that made it; empty when it was put by hand or read from a file. */
  made_by: string;
  /** Seconds since 1970. */
  created: number;
  /** A scalar as text; empty for everything larger. */
  value: string;
}

/** The store's list, whole (`full`) or what changed since the event before. */
export interface ObjectsEvent {
  full: boolean;
  objects: ObjectInfo[];
  gone: string[];
  memory: MemoryInfo;
  can_undo: boolean;
  can_redo: boolean;
}

/** One value, as it is in the array. */
export interface PixelReply {
  /** None where it is not a number. */
  value: number | null;
  /** With its unit. */
  text: string;
}

/** Predict size, memory and time of a run, and whether its file can be written. */
export interface PlanChain {
  /** Which view asks. An older request of its kind that still waits is answered with a `SupersededError`. */
  view?: string;
  workflow: Record<string, unknown>;
  settings?: Record<string, unknown>;
  want?: Record<string, [number, number]>;
  memory?: number | null;
  output?: string;
  inputs?: Record<string, string>;
}

/** One result of a run that is planned. */
export interface PlannedOutput {
  name: string;
  shape: number[];
  dtype: string;
  nbytes: number;
}

/** One data object that goes in or comes out. */
export interface PortInfo {
  name: string;
  title: string;
  text: string;
  axes: string[] | null;
  unit: string;
  optional: boolean;
  /** Objects of the store that fit, the likeliest first. */
  choices: string[];
  /** The object to take, or the name for what comes out. */
  suggestion: string;
}

/** Compute one block of a call and show it; nothing is stored. */
export interface PreviewCall {
  /** Which view asks. An older request of its kind that still waits is answered with a `SupersededError`. */
  view?: string;
  id: string;
  inputs: Record<string, string>;
  settings?: Record<string, unknown>;
  index?: Record<string, number>;
  height?: number;
  width?: number;
  low?: number | null;
  high?: number | null;
  bits?: 8 | 16;
}

/** Keep JSON data as the newest version of a record. */
export interface PutRecord {
  name: string;
  value: Record<string, unknown>;
  /** What was done, for the list of versions. */
  note?: string;
  /** Version that the writer saw last (0: none): where another window was faster, it is refused. */
  based_on?: number | null;
}

/** Ask for a piece of a file. */
export interface ReadFile {
  path: string;
  offset?: number;
  count?: number;
}

/** A record. */
export interface RecordValue {
  value: Record<string, unknown>;
  version: number;
  note: string;
}

/** Take the action again that was undone last. */
export type Redo = Record<string, never>;

/** Give an object another name. */
export interface RenameObject {
  name: string;
  new: string;
}

/** The answer to the request of the same id: what its method promises, or an error. */
export interface Reply {
  id: number;
  ok: boolean;
  result: Record<string, unknown>;
  error: ErrorInfo | null;
}

/** Make an old version current again. */
export interface RestoreVersion {
  name: string;
  version: number;
}

/** What a run was asked to do, to ask it again with changes. */
export interface RunCall {
  id: string;
  inputs: Record<string, string>;
  settings: Record<string, unknown>;
  into: string[];
}

/** Run a workflow in the background: into a file below the roots, or into the session. */
export interface RunChain {
  workflow: Record<string, unknown>;
  settings?: Record<string, unknown>;
  want?: Record<string, [number, number]>;
  /** File for the results, which appears when it is complete; the session keeps them when it is empty. */
  output?: string;
  /** Group of the session for what comes out. */
  into?: string;
  memory?: number | null;
  inputs?: Record<string, string>;
}

/** One run: how it stands. */
export interface RunInfo {
  id: string;
  title: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  fraction: number | null;
  /** Parts per second. */
  rate: number | null;
  /** Seconds left. */
  remaining: number | null;
  seconds: number;
  text: string;
  made: string[];
  /** Version of each that was made, where it is known. */
  versions: Record<string, number>;
  /** Seconds since 1970; 0 while that is not known. */
  started: number;
  peak_bytes: number | null;
  error: ErrorInfo | null;
  /** Lines in its log so far. */
  lines: number;
  /** Last point of each curve it tells, as the residual; null where that is no finite number. */
  curves: Record<string, number | null>;
  call: RunCall | null;
}

/** What a run said. */
export interface RunLog {
  /** At most a few thousand; what follows is asked for from there on. */
  lines: string[];
  curves: Record<string, (number | null)[]>;
}

/** All runs (`full`), or those that changed since the event before; oldest first. */
export interface RunsEvent {
  full: boolean;
  runs: RunInfo[];
}

/** Save an object; the path lies below the folder the kernel was started in, or another allowed root. */
export interface SaveObject {
  name: string;
  path: string;
  form: 'hdf5' | 'tiff' | 'text';
  overwrite?: boolean;
}

/** Ask for the workflow being put together as a script, or as a workflow file. */
export interface SaveSteps {
  form: 'python' | 'json';
}

/** Where something was saved. */
export interface SavedFile {
  path: string;
  nbytes: number;
}

/** Say that this front is still there; one that does not is forgotten. */
export type SayAlive = Record<string, never>;

/** Compute a part of one result through the whole chain and lay it on the shelf; the newest of a view counts. */
export interface ShowChain {
  /** Which view asks. An older request of its kind that still waits is answered with a `SupersededError`. */
  view?: string;
  workflow: Record<string, unknown>;
  /** Changed settings by name, as `daisy run --set` takes them: `reconstruct.filter`, or `center`; `auto` finds it. */
  settings?: Record<string, unknown>;
  /** Which result, or which name on the way; the last result by default. */
  target?: string;
  want?: Record<string, [number, number]>;
  into?: string;
  /** Inputs that have another name in the session. */
  inputs?: Record<string, string>;
}

/** Ask how an object was made. */
export interface ShowLineage {
  name: string;
  version?: number | null;
}

/** Room for more. */
export interface SpaceInfo {
  /** Bytes this user may still write there, quotas of the file system included. */
  free: number;
  total: number;
  used: number;
}

/** Run an algorithm on objects of the store. */
export interface StartRun {
  id: string;
  inputs: Record<string, string>;
  settings?: Record<string, unknown>;
  into?: string[];
}

/** A run began. */
export interface Started {
  run: string;
}

/** What the values in an area have in common; none where the area holds no number. */
export interface StatisticsReply {
  /** Pixels whose centre lies in the area, and that hold a number. */
  count: number;
  mean: number | null;
  std: number | null;
  low: number | null;
  high: number | null;
  unit: string;
}

/** End what is computed for a view: a slice, a plan or a sweep. */
export interface StopChain {
  view: string;
}

/** Compute one part of a result for many values of one or two settings, as small pictures on the shelf. Each is told by an event as soon as it is there; a newer request of the same view ends the one before. */
export interface SweepChain {
  /** Which view asks. An older request of its kind that still waits is answered with a `SupersededError`. */
  view?: string;
  workflow: Record<string, unknown>;
  settings?: Record<string, unknown>;
  target?: string;
  want?: Record<string, [number, number]>;
  over: SweepOver[];
  height?: number;
  width?: number;
  low?: number | null;
  high?: number | null;
  /** The pictures are `~sweep.0`, `~sweep.1`, ... */
  into?: string;
  inputs?: Record<string, string>;
}

/** A contact sheet is complete. */
export interface SweepDone {
  count: number;
  failed: number;
  /** Levels that suit all pictures. */
  low: number | null;
  high: number | null;
  seconds: number;
}

/** A setting, and the values to try. */
export interface SweepOver {
  /** By its name, as `settings` of a request takes it. */
  setting: string;
  values: unknown[];
}

/** Some lines of a table. */
export interface TableReply {
  columns: string[];
  rows: string[][];
  start: number;
  /** Lines there are. */
  length: number;
}

/** A text, or what an object says of itself. */
export interface TextReply {
  text: string;
  /** Whether it goes on. */
  cut: boolean;
}

/** One picture of a contact sheet is there; told to the front that asked. */
export interface TileEvent {
  /** Empty for a result without axes: its value is among the values. */
  name: string;
  version: number;
  axes: string[];
  shape: number[];
  unit: string;
  low: number | null;
  high: number | null;
  view: string;
  /** Counted from 0, the last setting fastest. */
  number: number;
  count: number;
  /** Value of each setting. */
  values: unknown[];
  /** Values found on the way. */
  found: Record<string, unknown>;
  /** Why there is no picture. */
  error: ErrorInfo | null;
}

/** One branch of a record. */
export interface TreeNode {
  key: string;
  /** The value, shortened; of a branch what kind it is and how many it holds. */
  text: string;
  children: TreeNode[];
  /** Children that were left out. */
  more: number;
}

/** A record as a tree. */
export interface TreeReply {
  root: TreeNode;
}

/** Take the last action of the whole store back. */
export type Undo = Record<string, never>;

/** All versions of a name, oldest first. */
export interface Versions {
  versions: ObjectInfo[];
}

/** How an object is best looked at. */
export interface ViewInfo {
  name: string;
  version: number;
  view: 'image' | 'curve' | 'table' | 'tree' | 'text';
  /** Names of all axes; numbered where nobody named them. */
  axes: string[];
  shape: number[];
  /** Axes that the view shows, down and across; of a curve the one along it. */
  shown: string[];
  unit: string;
  dtype: string;
  /** Level to begin with, from a sample without its outliers. */
  low: number | null;
  high: number | null;
}

/** A volume, reduced; the buffer holds 8 bit levels of (slice, row, column). */
export interface VolumeReply {
  axes: [string, string, string];
  shape: [number, number, number];
  /** Voxels of the array that each of these stands for. */
  factors: [number, number, number];
  low: number;
  /** Values of level 1 and of level 255; 0 is what is not a number. */
  high: number;
  unit: string;
  /** Whether slices were left out where averaging all of them would have read too much. */
  thinned: boolean;
  seconds: number;
}

/** Say what this front shows; each topic newly watched is sent whole, the others no more. */
export interface Watch {
  topics: ('objects' | 'runs' | 'algorithms' | 'workflow')[];
  /** Language of this front's texts; the kernel's own by default. */
  language?: '' | 'en' | 'zh_CN';
}

/** The workflow being put together in this kernel. */
export interface WorkflowEvent {
  steps: WorkflowStep[];
}

/** One step of the workflow being put together. */
export interface WorkflowStep {
  id: string;
  inputs: Record<string, string>;
  settings: Record<string, unknown>;
  outputs: string[];
}

/** Write a piece of an upload, which is the buffer beside the request; without a buffer: ask how far it has come. The pieces gather in a hidden file, which gets the name once all are there. */
export interface WriteFile {
  path: string;
  /** Bytes of the whole file. */
  total: number;
  offset?: number;
  /** Tells this file from another of the same name, as by its time of change: only the same one is resumed. */
  token?: string;
  overwrite?: boolean;
  /** Give the upload up, and remove what is there of it. */
  cancel?: boolean;
}

/** How far an upload has come. */
export interface Written {
  path: string;
  /** Bytes that are there: the next piece begins here. */
  there: number;
  /** Whether the file is whole and has its name. */
  done: boolean;
}

/** Every request and what answers it. */
export interface Methods {
  'algorithms.form': { params: AskForm; result: AlgorithmForm };
  'algorithms.check': { params: CheckCall; result: Checked };
  'algorithms.code': { params: CallCode; result: Code };
  'objects.rename': { params: RenameObject; result: Done };
  'objects.delete': { params: DeleteObjects; result: Done };
  'objects.restore': { params: RestoreVersion; result: Done };
  'objects.undo': { params: Undo; result: Done };
  'objects.redo': { params: Redo; result: Done };
  'objects.versions': { params: ListVersions; result: Versions };
  'objects.lineage': { params: ShowLineage; result: Lineage };
  'objects.compare': { params: CompareObjects; result: Comparison };
  'objects.save': { params: SaveObject; result: SavedFile };
  'arrays.file': { params: AskArray; result: ArrayPlace };
  'files.look': { params: AskFile; result: FileInfo };
  'files.load': { params: LoadFile; result: Loaded };
  watch: { params: Watch; result: Done };
  alive: { params: SayAlive; result: Done };
  'runs.start': { params: StartRun; result: Started };
  'runs.cancel': { params: CancelRun; result: Done };
  'runs.log': { params: AskLog; result: RunLog };
  'runs.code': { params: HistoryCode; result: Code };
  'workflow.add': { params: AddStep; result: Done };
  'workflow.clear': { params: ClearSteps; result: Done };
  'workflow.code': { params: SaveSteps; result: Code };
  'view.open': { params: AskView; result: ViewInfo };
  'view.image': { params: AskImage; result: ImageReply };
  'view.histogram': { params: AskHistogram; result: HistogramReply };
  'view.pixel': { params: AskPixel; result: PixelReply };
  'view.curve': { params: AskCurve; result: CurveReply };
  'view.table': { params: AskTable; result: TableReply };
  'view.tree': { params: AskTree; result: TreeReply };
  'view.text': { params: AskText; result: TextReply };
  'view.preview': { params: PreviewCall; result: ImageReply };
  'chain.show': { params: ShowChain; result: ChainSlice };
  'chain.check': { params: CheckChain; result: ChainChecked };
  'chain.plan': { params: PlanChain; result: ChainPlan };
  'chain.run': { params: RunChain; result: Started };
  'chain.sweep': { params: SweepChain; result: SweepDone };
  'chain.stop': { params: StopChain; result: Done };
  'chain.export': { params: ExportChain; result: Code };
  'files.folder': { params: AskFolder; result: FolderInfo };
  'files.space': { params: AskSpace; result: SpaceInfo };
  'files.write': { params: WriteFile; result: Written };
  'files.read': { params: ReadFile; result: FileBytes };
  'files.input': { params: LoadInput; result: InputLoaded };
  'view.line': { params: AskLine; result: LineReply };
  'view.statistics': { params: AskStatistics; result: StatisticsReply };
  'view.volume': { params: AskVolume; result: VolumeReply };
  'records.put': { params: PutRecord; result: KeptRecord };
  'records.get': { params: GetRecord; result: RecordValue };
}

/** Every event by its name. */
export interface Events {
  hello: Hello;
  alive: Alive;
  objects: ObjectsEvent;
  runs: RunsEvent;
  algorithms: AlgorithmsEvent;
  workflow: WorkflowEvent;
  chain: ChainEvent;
  tile: TileEvent;
}
