-- | Goods between locations.
module Retail.Http.TransferServer (transferServer) where

import Control.Monad (unless)
import Retail.App.Env
import Retail.App.Transfers qualified as Transfers
import Retail.App.Work
import Retail.Contract.Transfer
import Retail.Db.Transaction (inTransaction)
import Retail.Db.Transfer qualified as Transfer
import Retail.Domain.Role (Permission (..))
import Retail.Http.Api
import Retail.Http.Common
import Servant.Server.Generic (AsServerT)

transferServer :: Env -> Actor -> TransferApi (AsServerT IO)
transferServer env@Env {database} actor@Actor {organisation} =
  TransferApi
    { listTransfers = \location after limit -> do
        requireAt actor ReadStock location
        mark <- traverse idCursor after
        pageOf limit (\TransferHead {transferId} -> idText transferId)
          <$> foundIn env actor "location" "location" location (Transfer.listTransfers database organisation location mark (size limit)),
      addTransfer = \key request -> mutate env actor key "transfers" request (`Transfers.addTransfer` request),
      readTransfer = \wanted -> inTransaction database organisation $ \connection -> do
        transfer@Transfer {head = TransferHead {sourceId, destinationId}} <- Transfers.readTransfer connection wanted
        unless (allowed actor ReadStock (Just sourceId)) (requireAt actor ReadStock destinationId)
        pure transfer,
      editTransfer = \wanted key request -> mutate env actor key ("transfers " <> idText wanted) request (\work -> Transfers.editTransfer work wanted request),
      sendTransfer = \wanted key -> mutate env actor key ("send " <> idText wanted) () (`Transfers.sendTransfer` wanted),
      receiveTransfer = \wanted key request -> mutate env actor key ("receive " <> idText wanted) request (\work -> Transfers.receiveTransfer work wanted request),
      cancelTransfer = \wanted key -> mutate env actor key ("cancel transfer " <> idText wanted) () (`Transfers.cancelTransfer` wanted)
    }
