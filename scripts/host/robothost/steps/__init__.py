"""The steps: each module's run(host) is one step of the host program, its docstring declares the parameters of the step's document."""
