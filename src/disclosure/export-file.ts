import fs, { type FileHandle } from 'node:fs/promises';
import path from 'node:path';

const SUFFIX = '.jsonl';

export const fileIn = (dir: string, id: string): string => path.join(dir, `${id}${SUFFIX}`);

/** The file, cut where what is known to be in it ends; null where that much is not there. */
export async function reopened(dir: string, id: string, bytes: number): Promise<FileHandle | null> {
  if (bytes === 0) return null;
  let file: FileHandle;
  try {
    file = await fs.open(fileIn(dir, id), 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if ((await file.stat()).size >= bytes) {
    await file.truncate(bytes);
    return file;
  }
  await file.close();
  return null;
}

/** An empty file, for nobody else on this machine to read. */
export async function begun(dir: string, id: string): Promise<FileHandle> {
  await fs.mkdir(dir, { recursive: true, mode: 0o700 });
  return fs.open(fileIn(dir, id), 'w', 0o600);
}

/** The ids of the exports that have a file here. */
export async function filesIn(dir: string): Promise<string[]> {
  try {
    return (await fs.readdir(dir)).filter((name) => UUID_FILE.test(name)).map((name) => name.slice(0, -SUFFIX.length));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const UUID_FILE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.jsonl$/;

export const removeFile = (dir: string, id: string): Promise<void> => fs.rm(fileIn(dir, id), { force: true });
