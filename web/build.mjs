// Builds the web apps, all of them or those named: `node web/build.mjs [app …]`.
//
// Beside each file of an app's `dist` it puts what the server sends to those who
// read it: a brotli (`.br`) and a gzip (`.gz`) variant, made once and as small as
// they get. `index.html.br` comes last, so that it tells a finished build.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const web = dirname(fileURLToPath(import.meta.url));
const compressible = /\.(css|html|ico|js|json|map|svg|ttf|txt|wasm|webmanifest|xml)$/;

function apps() {
  const isApp = (name) => existsSync(join(web, name, 'package-lock.json'));
  return readdirSync(web).filter(isApp);
}

function npm(app, ...args) {
  const windows = process.platform === 'win32';
  const { status } = spawnSync('npm', args, { cwd: join(web, app), stdio: 'inherit', shell: windows });
  if (status !== 0) {
    throw new Error(`npm ${args[0]} failed in web/${app}`);
  }
}

/** Installs what the lock file names, unless it is there already. */
function install(app) {
  const lock = join(web, app, 'package-lock.json');
  const installed = join(web, app, 'node_modules/.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) {
    return;
  }
  // Without a network it should fail in seconds, not after a minute's patience.
  const patience = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
  npm(app, 'ci', '--no-audit', '--no-fund', '--loglevel=error', ...patience);
  const now = new Date();
  utimesSync(installed, now, now);
}

async function compress(file) {
  const bytes = readFileSync(file);
  const best = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
  const variants = {
    gz: await promisify(gzip)(bytes, { level: 9 }),
    br: await promisify(brotliCompress)(bytes, best),
  };
  for (const [ending, variant] of Object.entries(variants)) {
    if (variant.length < bytes.length) {
      writeFileSync(`${file}.${ending}`, variant);
    }
  }
}

function filesOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && compressible.test(entry.name));
  return files.map((entry) => join(entry.parentPath, entry.name));
}

async function build(app) {
  install(app);
  npm(app, 'run', 'build');
  const index = join(web, app, 'dist/index.html');
  const others = filesOf(dirname(index)).filter((file) => file !== index);
  await Promise.all(others.map(compress));
  await compress(index);
}

const named = process.argv.slice(2);
for (const app of named.length > 0 ? named : apps()) {
  await build(app);
}
