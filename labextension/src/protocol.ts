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

/** A request as it arrives. */
export interface Ask {
  id: number;
  method: string;
  params?: Record<string, unknown>;
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

/** Check the settings and inputs of a call that is still being filled in. */
export interface CheckCall {
  id: string;
  inputs?: Record<string, string>;
  settings?: Record<string, unknown>;
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

/** What a file holds. */
export interface FileInfo {
  path: string;
  /** What the file was recognised as. */
  form: string;
  datasets: DatasetInfo[];
  notes: string[];
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
}

/** What came into the store. */
export interface Loaded {
  names: string[];
  notes: string[];
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

/** Ask how an object was made. */
export interface ShowLineage {
  name: string;
  version?: number | null;
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

/** Every request and what answers it. */
export interface Methods {
  'algorithms.form': { params: AskForm; result: AlgorithmForm };
  'algorithms.check': { params: CheckCall; result: Checked };
  'algorithms.code': { params: CallCode; result: Code };
  'files.look': { params: AskFile; result: FileInfo };
  'files.load': { params: LoadFile; result: Loaded };
  watch: { params: Watch; result: Done };
  alive: { params: SayAlive; result: Done };
  'objects.rename': { params: RenameObject; result: Done };
  'objects.delete': { params: DeleteObjects; result: Done };
  'objects.restore': { params: RestoreVersion; result: Done };
  'objects.undo': { params: Undo; result: Done };
  'objects.redo': { params: Redo; result: Done };
  'objects.versions': { params: ListVersions; result: Versions };
  'objects.lineage': { params: ShowLineage; result: Lineage };
  'objects.compare': { params: CompareObjects; result: Comparison };
  'objects.save': { params: SaveObject; result: SavedFile };
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
}

/** Every event by its name. */
export interface Events {
  hello: Hello;
  alive: Alive;
  objects: ObjectsEvent;
  runs: RunsEvent;
  algorithms: AlgorithmsEvent;
  workflow: WorkflowEvent;
}
