import { runCommand } from './commands.ts';
import type { Io } from './command.ts';

const standard: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error; // EPIPE: the reader, such as `head`, has seen enough
});
process.exitCode = await runCommand(process.argv.slice(2), standard);
