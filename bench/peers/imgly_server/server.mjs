// @imgly/background-removal-node brings no server: the least that takes a picture and gives a cut-out.
import { createServer } from 'node:http';

// It looks for its models in the folder that it is started from.
process.chdir(import.meta.dirname);
const { removeBackground } = await import('@imgly/background-removal-node');

const options = { model: 'medium', output: { format: 'image/png' } };

async function cutOut(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const form = await new Response(Buffer.concat(chunks), { headers: request.headers }).formData();
  const cutout = await removeBackground(form.get('image'), options);
  return Buffer.from(await cutout.arrayBuffer());
}

createServer(async (request, response) => {
  if (request.method !== 'POST') return response.end('ready');
  try {
    response.end(await cutOut(request));
  } catch (error) {
    console.error(error);
    response.statusCode = 500;
    response.end(String(error));
  }
}).listen(Number(process.argv[2]), '127.0.0.1');
