"""A run coordinator that ends a run at once when it is asked to, as a queue does with what still waits in it."""

from dagster._core.run_coordinator.sync_in_memory_run_coordinator import SyncInMemoryRunCoordinator


class PromptCoordinator(SyncInMemoryRunCoordinator):
    """Cancels at once."""

    def cancel_run(self, run_id: str) -> bool:
        """End the run."""
        run = self._instance.get_run_by_id(run_id)
        if run is None:
            return False
        self._instance.report_run_canceled(run)
        return True
