// Measures and prints what pictures cost here, as JSON; a process of its own, so that nothing else is in the measured time.
import { measurePictureTimes } from './picture-times.ts';

process.stdout.write(JSON.stringify(await measurePictureTimes()));
