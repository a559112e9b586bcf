"use strict";

// Starts `nmt lsp` and hands it the .nmt files of the workspace. All that is known of the language is in the server.

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

async function start() {
  const settings = vscode.workspace.getConfiguration("nmt");
  const [command, ...args] = settings.get("command");
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const watcher = vscode.workspace.createFileSystemWatcher("**/*.nmt");
  client = new LanguageClient(
    "nmt",
    "nmt",
    { command, args, options: { cwd: folder } },
    {
      documentSelector: [
        { scheme: "file", language: "nmt" },
        { scheme: "untitled", language: "nmt" },
      ],
      synchronize: { fileEvents: watcher },
    },
  );
  try {
    await client.start();
  } catch (fault) {
    const choice = await vscode.window.showErrorMessage(
      `The language server did not start: \`${[command, ...args].join(" ")}\` (${fault.message}). ` +
        "Install it with pip install 'ntypes[lsp]', or set where it is.",
      "Open settings",
    );
    if (choice) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "nmt.command");
    }
  }
}

async function stop() {
  const old = client;
  client = undefined;
  if (old?.isRunning()) {
    await old.stop();
  }
}

async function restart() {
  await stop();
  await start();
}

function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("nmt.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) =>
      change.affectsConfiguration("nmt.command") ? restart() : undefined,
    ),
  );
  return start();
}

module.exports = { activate, deactivate: stop };
