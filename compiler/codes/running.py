"""6xx: data, training and running."""

from .code import Code

CODES = (
    Code(
        "NMT601",
        "data is missing",
        "9.3",
        """
        A data set has no pictures, questions or features where they are looked for, or nothing says how large a dim
        is. The layout is CLEVR's: `images/SPLIT/`, `questions/CLEVR_SPLIT_questions.json`. `nmt data micro-clevr OUT`
        makes a small set of this form, `nmt data features DATA` the features; what was begun, it ends.
        """,
        "nmt train clevr DATA                 # no features yet",
        """
        nmt data features DATA
        nmt train clevr DATA
        """,
        kind="shell",
    ),
    Code(
        "NMT602",
        "an implementation does not suit its interface",
        "9.4",
        """
        `--impl PKG` names a Python module whose dict `MODULES` has a class for each module it implements. It cannot
        be imported, has no such dict, implements what the interface does not declare, gives no `nn.Module` or one
        that was made already, or a setting (`--set`) is none of its own. A signature that no default can serve, such
        as words of two dims, needs an implementation of yours.
        """,
        'MODULES = {"fnid": Find}',
        'MODULES = {"find": Find}             # the names are those of the interface',
        kind="python",
    ),
    Code(
        "NMT603",
        "sizes of data and interface differ",
        "9.3",
        """
        Each dim has one size, whoever names it first. The data, a table of a source or the features of a run say
        another. Make the features with the same `--backbone` and `--size`, or correct the size in the interface.
        """,
        'net({"image": torch.zeros(8, 64, 10, 15)}, programs)     # C was bound to 32',
        'net({"image": torch.zeros(8, 32, 10, 15)}, programs)',
        kind="python",
    ),
    Code(
        "NMT604",
        "the disk is full",
        "9.5",
        """
        What was done is kept. Free some space, then run the same command again: it goes on from there.
        """,
        "nmt data features DATA               # no room for the features",
        "nmt data features DATA --out /large/disk",
        kind="shell",
    ),
    Code(
        "NMT605",
        "none of the questions can be used",
        "9.3",
        """
        All were rejected. The first three reasons stand above; most often the programs are of another data set than
        the interface, or pictures and questions are of different splits. To train, their answers must be known, and
        they must be about two pictures or more: one is held out to select the best epoch with.
        """,
        "nmt train vqa CLEVR                  # an interface of other data",
        "nmt train clevr CLEVR",
        kind="shell",
    ),
    Code(
        "NMT606",
        "a backbone cannot be used",
        "9.4",
        """
        The network that turns pictures into features is not known, not installed, or lacks its weights. Nothing is
        downloaded while a command runs: weights come with the extra `features`, or from a file with `--weights`.
        """,
        "nmt data features DATA --backbone resnet18",
        "nmt data features DATA --backbone resnet18 --weights resnet18.pth",
        kind="shell",
    ),
    Code(
        "NMT607",
        "a picture cannot be read",
        "9.3",
        """
        The file is no picture, is cut short, or is not there, so there are no features of it and its questions are
        left out. Fetch it again, then run `nmt data features` again: it makes what is missing.
        """,
        "nmt data features DATA               # images/train/000017.png was cut short",
        "cp BACKUP/000017.png DATA/images/train/ && nmt data features DATA",
        kind="shell",
    ),
    Code(
        "NMT608",
        "a source or target has no column",
        "9.3",
        """
        Sources and targets bind to columns of the data by name, and there is no column of this name, or the interface
        has no target that training could compare with. The message lists what there is; rename the source, or give
        what is missing.
        """,
        "net({}, programs)                                # the source `image` is not given",
        'net({"image": features}, programs)',
        kind="python",
    ),
    Code(
        "NMT609",
        "a run cannot be used",
        "9.4",
        """
        The folder holds no run, a run of something else, or one whose files were changed or damaged. Weights are
        never guessed: they belong to one interface, word for word, and to one network. Choose another folder with
        `--out`, or bring the file back.
        """,
        "nmt eval runs DATA                   # the folder above the run",
        "nmt eval runs/clevr DATA",
        kind="shell",
    ),
    Code(
        "NMT610",
        "a file cannot be read or written",
        "9.4",
        """
        The system refused, and the message has its words: no such folder, no permission. Nothing else was touched.
        """,
        "nmt train clevr DATA --out /root/run",
        "nmt train clevr DATA --out run",
        kind="shell",
    ),
    Code(
        "NMT611",
        "a device cannot be used",
        "9.4",
        """
        There are `cpu`, `cuda` and `auto`. `cuda` needs a device, and a build of torch that knows it.
        """,
        "nmt train clevr DATA --device gpu",
        "nmt train clevr DATA --device cuda",
        kind="shell",
    ),
    Code(
        "NMT612",
        "a folder holds other data",
        "9.4",
        """
        Data is never mixed with other data, or written over it. Choose another folder, or remove this one yourself.
        """,
        "nmt data micro-clevr DATA            # made before, with other settings",
        "nmt data micro-clevr DATA-2",
        kind="shell",
    ),
    Code(
        "NMT613",
        "a module broke its protocol",
        "9.1",
        """
        Behind a signature stands a `torch.nn.Module` that is called with the instances, a long tensor of N numbers,
        and its inputs, each with N rows, and returns N rows in the shape of the result. This one returned something
        else, or raised an error; the place is the line of it.
        """,
        """
        def forward(self, instances, image):
            return self.net(image).mean()          # one number for the whole batch
        """,
        """
        def forward(self, instances, image):
            return self.net(image)[:, 0]           # (N, H, W): a mask for each row
        """,
        kind="python",
    ),
    Code(
        "NMT614",
        "no program is as shallow as asked for",
        "9.4",
        """
        `--depth N` trains with programs of at most N calls in a row, and the data has none. The help line has the
        least depth that occurs.
        """,
        "nmt train clevr DATA --depth 1",
        "nmt train clevr DATA --depth 4",
        kind="shell",
    ),
    Code(
        "NMT615",
        "the loss is not finite",
        "9.5",
        """
        Training stopped before a step that would have made every weight NaN. What was kept is the last whole epoch.
        The learning rate is most often too high; else look at the inputs, or at a module of your own that divides.
        """,
        "nmt train clevr DATA --lr 1",
        "nmt train clevr DATA --lr 0.001",
        kind="shell",
    ),
    Code(
        "NMT616",
        "a value left its domain",
        "9.2",
        """
        A contract that is checked while a network runs: a source or a module gave a number that its type does not
        allow, by more than rounding. The message names module, instance, sample, place in the program, value and
        domain. A module that says `enforced = True` has to keep its domain itself; data may be scaled otherwise than
        its source says.
        """,
        """
        class Find(nn.Module):
            enforced = True
            def forward(self, instances, image):
                return self.net(image)[:, 0]       # any real numbers
        """,
        """
        class Find(nn.Module):                     # not `enforced`: the sigmoid of the type is applied
            def forward(self, instances, image):
                return self.net(image)[:, 0]
        """,
        kind="python",
    ),
    Code(
        "NMT617",
        "an implementation breaks a property of modules",
        "9.6",
        """
        `nmt test` calls each implementation with values of its types, and looks whether what it gives depends on
        anything but its instance and inputs, row by row, whether it is finite, and whether every parameter and input
        has a gradient. The message names the property, and the smallest case that breaks it, with a line to run it
        again.
        """,
        """
        def forward(self, instances, image):
            return (image - image.mean())[:, 0]             # the mean of all rows: samples are coupled
        """,
        """
        def forward(self, instances, image):
            return (image - image.mean((1, 2, 3), keepdim=True))[:, 0]
        """,
        kind="python",
    ),
    Code(
        "NMT618",
        "an extra is not installed",
        "9.4",
        """
        Some commands need packages that not everybody wants, such as the language server. They come with an extra of
        the distribution; the help line has the command.
        """,
        "nmt lsp",
        "pip install 'ntypes[lsp]' && nmt lsp",
        kind="shell",
    ),
    Code(
        "NMT619",
        "the body of an op breaks what was proved, or needs more digits",
        "6.1",
        """
        `nmt test` evaluates each body in float32 and in float64. `proved`: a value lies outside what the checker
        proved, by more than rounding, which a module can bring about that is `enforced` and leaves its domain.
        `float64`: the formula loses so many digits in float32 that its value is another one; write it in a form that
        keeps them. Where a module that it calls fails, the body is left out.
        """,
        """
        op far(x: mask) -> real[H, W] = (x + 1000000) - 1000000
        """,
        """
        op far(x: mask) -> real[H, W] = x
        """,
        kind="text",
    ),
)
