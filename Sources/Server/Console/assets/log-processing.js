// How lines come in: the way of a line, dead letters, pipelines, the queue. Each part asks for itself.
import { showFlow, tellFlow } from "./processing-flow.js";
import { showLetters, startLetters } from "./processing-letters.js";
import { drawList, openPipeline, readAddress, showPipelines, startPipelines } from "./processing-pipelines.js";
import { showQueue, startReplay } from "./processing-replay.js";

const mayEdit = "mayEdit" in document.getElementById("processing").dataset;
/** As often as our own metrics are taken. */
const flowEvery = 15_000;

function onLetters({ groups, others, bytes, bytes_max }) {
  tellFlow({ letters: groups.reduce((sum, group) => sum + group.count, others), lettersBytes: bytes, lettersBytesMax: bytes_max });
  drawList();
}

if (mayEdit) startLetters({ onFigures: onLetters, openPipeline });
startPipelines();
startReplay({
  onFigures: ({ waiting }) => tellFlow({ waiting: waiting.documents, queueBytes: waiting.bytes, queueBytesMax: waiting.bytes_max }),
  // What failed of it is a dead letter now.
  onEnd: () => mayEdit && showLetters(),
});
addEventListener("popstate", readAddress);

showFlow();
showQueue();
setInterval(() => {
  if (!document.hidden) showFlow();
}, flowEvery);
await Promise.all([mayEdit ? showLetters() : null, showPipelines()]);
// Once dead letters are known: the newest one of a pipeline is what it is tried on.
await readAddress();
