"""failures: the failures of a step. Each name has an exit code and is a class of the functions, DeploymentFailure.java."""

CODES = {
    "StepFailed": 1,
    "InvalidParameter": 10,
    "LockLost": 20,
    "HostUnfit": 21,
    "BranchMissing": 30,
    "HostKeyUnknown": 31,
    "LoginRefused": 32,
    "NameUnresolvable": 33,
    "RepositoryUnreachable": 34,
    "RepositoryMissing": 35,
    "RepositoryIncomplete": 36,
    "RequirementsInvalid": 40,
    "DependencyFailed": 41,
    "PythonMissing": 42,
    "KeysUnreadable": 50,
    "CertificateUnreadable": 51,
    "KeysRefused": 52,
    "ActivationFailed": 60,
    "DeadManFired": 61,
    "RollBackFailed": 62,
    "ReleaseNotFound": 63,
}


class Failure(Exception):
    """Ends a step by a name of CODES. The message has what happened, the evidence and what to do; the frame redacts it."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message

    @property
    def code(self) -> int:
        return CODES[self.name]
