import { AV_LOG_FATAL } from 'node-av/constants';
import { Log } from 'node-av/lib';

// FFmpeg writes to stderr by itself, a line for every broken packet of a poor line. What fails reaches the caller as
// CodecFault; only what kills the process may speak.
Log.setLevel(AV_LOG_FATAL);
