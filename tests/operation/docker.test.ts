import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SETTINGS } from '../../src/config.ts';
import { ROOT, sources } from '../house/sources.ts';
import { copyOf, readDockerfile } from './dockerfile.ts';

const stages = readDockerfile(ROOT);
const last = stages.at(-1)!;
const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
};
const all = stages.flatMap(({ instructions }) => instructions);
const ofName = (name: string) => last.instructions.filter((each) => each.name === name);

describe('the Dockerfile', () => {
  it('copies what is there, and what .dockerignore lets in', () => {
    const outside = all
      .filter(({ name }) => name === 'COPY')
      .flatMap((each) => (copyOf(each).from ? [] : copyOf(each).sources));
    const letIn = fs.readFileSync(path.join(ROOT, '.dockerignore'), 'utf8').split('\n');

    expect(outside.filter((file) => !fs.existsSync(path.join(ROOT, file)))).toEqual([]);
    expect(outside.filter((file) => !letIn.includes(`!${file}`))).toEqual([]);
    expect(letIn[0]).toBe('*');
  });

  it('runs scripts that there are', () => {
    const scripts = all.flatMap(({ text }) => [...text.matchAll(/npm run (?:-s )?(\w+)/g)].map(([, name]) => name!));

    expect(scripts).toContain('build');
    expect(scripts.filter((name) => !(name in manifest.scripts))).toEqual([]);
  });

  it('starts the program as npm start does, as a user who is not root, and says when it is healthy', () => {
    const command = JSON.parse(ofName('CMD')[0]!.text) as string[];

    expect(manifest.scripts['start']).toBe(`exec ${command.join(' ')}`);
    expect(ofName('USER').map(({ text }) => text)).toEqual(['node']);
    expect(ofName('HEALTHCHECK')[0]!.text).toContain('/health/ready');
  });

  it('names no host, and the same Node everywhere', () => {
    expect(new Set(stages.map(({ image }) => image))).toEqual(new Set(['node:24-slim']));
    expect(all.filter(({ text }) => /https?:\/\/(?!127\.0\.0\.1)/.test(text))).toEqual([]);
  });

  it('sets what is a setting', () => {
    const set = ofName('ENV').flatMap(({ words }) => words.map((word) => word.split('=')[0]!));
    const known = Object.values(SETTINGS).map(({ name }) => name);

    expect(set.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('what runs', () => {
  it('imports no package but its dependencies', () => {
    const packageOf = (name: string) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/');
    const imported = sources.flatMap(({ code, file }) =>
      [...code.matchAll(/^(?:import|export)(?! type)[^;]*?from '([^.'][^']*)'|import\('([^.'][^']*)'\)/gms)].map(
        ([, name, lazy]) => ({ file, name: name ?? lazy! }),
      ),
    );
    const foreign = imported.filter(
      ({ name }) => !name.startsWith('node:') && !(packageOf(name) in manifest.dependencies),
    );

    expect(imported.length).toBeGreaterThan(100);
    expect(foreign).toEqual([]);
  });
});

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly environment?: Record<string, unknown>;
  readonly volumes?: readonly string[];
  readonly depends_on?: Record<string, unknown>;
  readonly ports?: readonly string[];
}

describe('compose.yaml', () => {
  const { services, volumes } = parse(fs.readFileSync(path.join(ROOT, 'compose.yaml'), 'utf8'), { strict: true }) as {
    services: Record<string, Service>;
    volumes: Record<string, unknown>;
  };

  it('names services, volumes and settings that there are', () => {
    const known = Object.values(SETTINGS).map(({ name }) => name);
    const { api } = services;

    expect(Object.keys(api!.environment!).filter((name) => !known.includes(name))).toEqual([]);
    expect(Object.keys(api!.depends_on!).filter((name) => !(name in services))).toEqual([]);
    const mounted = Object.values(services).flatMap(({ volumes: own = [] }) => own.map((each) => each.split(':')[0]!));
    expect(mounted.toSorted()).toEqual(Object.keys(volumes).toSorted());
  });

  it('publishes nothing but the API, and that to this machine alone', () => {
    expect(Object.values(services).flatMap(({ ports = [] }) => ports)).toEqual(['127.0.0.1:4000:4000']);
  });

  it('takes Postgres by its name, without a host', () => {
    expect(services['db']!.image).toBe('postgres:18');
  });
});
