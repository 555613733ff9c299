"""Users' pods: settings of KubeSpawner that hold under the pod security standard `restricted`.

Everything here is plain data, so that it can be given to KubeSpawner, or written down for somebody else's hub.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from daisy_lab.hub._values import Values

__all__ = ["FOLDERS", "pod_settings"]

_PORT: Final = 8888
FOLDERS: Final = {
    "DAISY_LAB_SESSIONS": "{home}/.daisy-lab/sessions",
    "JUPYTER_RUNTIME_DIR": "/tmp/jupyter",  # noqa: S108 - of the pod alone
    "MPLCONFIGDIR": "{home}/.cache/matplotlib",
    "NUMBA_CACHE_DIR": "{home}/.cache/numba",
    "TMPDIR": "/tmp",  # noqa: S108 - likewise
}
"""Where programs write: the image's own files cannot be written."""
_ARGUMENTS: Final = [
    "--KernelManager.transport=ipc",
    "--ServerApp.shutdown_no_activity_timeout=0",
    "--FileCheckpoints.checkpoint_dir=.checkpoints",
]


def pod_settings(values: Values) -> dict[str, Any]:
    """Give the settings of KubeSpawner that all pods share."""
    users = values.singleuser
    home = users.storage.home_mount_path
    folders = {name: folder.format(home=home) for name, folder in FOLDERS.items()}
    secrets = [*values.global_.image_pull_secrets, *users.image_pull_secrets]
    settings: dict[str, Any] = {
        "cmd": ["jupyterhub-singleuser"],
        "args": _ARGUMENTS,
        "port": _PORT,
        "working_dir": home,
        "notebook_dir": home,
        "environment": {"HOME": home, **folders, **users.extra_env},
        "start_timeout": users.start_timeout,
        "uid": users.uid,
        "gid": users.gid,
        "fs_gid": users.fs_gid or None,
        "allow_privilege_escalation": False,
        "automount_service_account_token": False,
        "container_security_context": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "privileged": False,
            "readOnlyRootFilesystem": users.read_only_root,
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "pod_security_context": _pod_context(values),
        "extra_pod_config": {
            "enableServiceLinks": False,
            **({"runtimeClassName": users.runtime_class} if users.runtime_class else {}),
        },
        "image_pull_secrets": [{"name": name} for name in dict.fromkeys(secrets)],
        "node_selector": dict(users.node_selector),
        "tolerations": list(users.tolerations),
        "extra_labels": dict(users.extra_labels),
        "extra_annotations": dict(users.extra_annotations),
        "priority_class_name": users.priority_class,
        "events_enabled": True,
        "delete_grace_period": 15,
        "pod_name_template": "daisy-{user_server}",
    }
    if values.scheduling.scheduler_name:
        settings["scheduler_name"] = values.scheduling.scheduler_name
    return settings | _storage(values)


def _pod_context(values: Values) -> dict[str, Any]:
    context: dict[str, Any] = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    if values.singleuser.fs_gid:
        # A large home is not walked through at each start.
        context["fsGroupChangePolicy"] = "OnRootMismatch"
    return context


def _storage(values: Values) -> dict[str, Any]:
    users = values.singleuser
    storage = users.storage
    home: dict[str, Any] = {"name": "home"}
    mount: dict[str, Any] = {"name": "home", "mountPath": storage.home_mount_path}
    settings: dict[str, Any] = {"storage_pvc_ensure": storage.type == "dynamic"}
    if storage.type == "dynamic":
        settings |= {
            # Of the user, not of the server: all of them see the same files.
            "pvc_name_template": "daisy-home-{username}",
            "storage_capacity": storage.capacity,
            "storage_access_modes": list(storage.access_modes),
        }
        if storage.storage_class:
            settings["storage_class"] = storage.storage_class
        home["persistentVolumeClaim"] = {"claimName": "{pvc_name}"}
    elif storage.type == "static":
        home["persistentVolumeClaim"] = {"claimName": storage.claim}
        mount["subPath"] = storage.sub_path
    else:
        home["emptyDir"] = {"sizeLimit": storage.capacity}
    volumes = {
        "home": home,
        "shm": {"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": users.shared_memory}},
        "tmp": {"name": "tmp", "emptyDir": {"sizeLimit": users.scratch}},
    }
    mounts = {
        "home": mount,
        "shm": {"name": "shm", "mountPath": "/dev/shm"},  # noqa: S108 - of the pod alone
        "tmp": {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - likewise
    }
    return settings | {"volumes": volumes, "volume_mounts": mounts}
