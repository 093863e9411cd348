// What a page of SnapOtter's users does; `base` is where the service is.
const tool = base + "/api/v1/tools/remove-background";
const picture = await (await fetch("/photo.png")).blob();

const send = async (address, parts) => {
  const form = new FormData();
  parts.forEach(part => form.append(...part));
  return await fetch(address, { method: "POST", body: form });
};

// Every frame until the end; who stays does not close, and sees whether he is sent away.
const follow = (jobId, { query = "", name = "progress", stay = false } = {}) =>
  new Promise((resolve, reject) => {
    const source = new EventSource(base + "/api/v1/jobs/" + jobId + "/progress" + query);
    const frames = [];
    source.addEventListener(name, event => {
      const frame = JSON.parse(event.data);
      frames.push(frame);
      if (frame.phase === "processing" || stay) return;
      source.close();
      resolve(frames);
    });
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) resolve([...frames, "closed"]);
    };
    setTimeout(() => reject("nothing more came after " + JSON.stringify(frames)), 20000);
  });

// The colours of a corner and of the middle.
const pixels = async address => {
  const image = await createImageBitmap(await (await fetch(base + address)).blob());
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const at = (x, y) => [...context.getImageData(x, y, 1, 1).data];
  return [at(0, 0), at(image.width / 2, image.height / 2)];
};
