#!/usr/bin/env node
// Plain old JavaScript without import statements, so that any Node from 12.20 on says what is wrong instead of failing.
var needed = 24;
var found = Number(process.versions.node.split(".")[0]);

if (found >= needed) start();
else restart();

/** Runs the built program, or in a checkout its sources. */
function start() {
  import("node:fs").then((fs) => {
    var built = new URL("../dist/cli/main.js", import.meta.url);
    var source = new URL("../src/cli/main.ts", import.meta.url);
    return import((fs.existsSync(built) ? built : source).href);
  });
}

/** Runs this file again on the `node` package installed beside it, where there is one; otherwise says what is needed. */
function restart() {
  Promise.all([import("node:fs"), import("node:url"), import("node:child_process")]).then((modules) => {
    var fs = modules[0];
    var url = modules[1];
    var local = ["../node_modules/node/bin/node", "../../node/bin/node"]
      .map((path) => url.fileURLToPath(new URL(path, import.meta.url)))
      .filter(fs.existsSync)[0];
    if (local === undefined) complain();
    else runOn(local, url.fileURLToPath(import.meta.url), modules[2]);
  });
}

function complain() {
  console.error(`vedette: this is Node ${process.versions.node}; Node ${needed} or later is needed.`);
  console.error(
    `vedette: install it from nodejs.org, or run 'npm install node@${needed}' beside vedette. (node-too-old)`,
  );
  process.exitCode = 1;
}

function runOn(node, script, childProcess) {
  var child = childProcess.spawn(node, [script].concat(process.argv.slice(2)), { stdio: "inherit" });
  // A terminal's interrupt reaches the child by itself; it decides when to end.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => {
    child.kill("SIGTERM");
  });
  child.on("error", complain);
  child.on("exit", (code, signal) => {
    if (signal === null) process.exitCode = code;
    else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}
