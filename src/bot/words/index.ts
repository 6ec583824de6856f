import { close } from './close.ts';
import { digest } from './digest.ts';
import { exportLabels } from './export.ts';
import { history } from './history.ts';
import { importance } from './importance.ts';
import { label } from './label.ts';
import { mine } from './mine.ts';
import { next } from './next.ts';
import { pause, resume } from './pause.ts';
import { pull } from './pull.ts';
import { relabel } from './relabel.ts';
import { show } from './show.ts';
import { status } from './status.ts';
import type { Word } from './word.ts';

/** All subcommands of `/finkvra` except help, in the order of the help text. */
export const words: readonly Word[] = [
  status,
  label,
  mine,
  show,
  relabel,
  history,
  importance,
  exportLabels,
  next,
  close,
  pull,
  digest,
  pause,
  resume,
];
