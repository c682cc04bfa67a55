-- | Who is logged in, and who works here.
module Retail.Http.StaffServer (staffServer) where

import Control.Monad (unless, when)
import Data.ByteString qualified as Bytes
import Data.Text qualified as Text
import Retail.App.Env
import Retail.App.Password (hashPassword)
import Retail.App.Problem
import Retail.App.Sessions qualified as Sessions
import Retail.App.Work
import Retail.Contract.Secret (reveal)
import Retail.Contract.Staff
import Retail.Db.Staff qualified as Staff
import Retail.Db.Transaction (inTransaction)
import Retail.Domain.Role (Permission (..))
import Retail.Http.Api
import Retail.Http.Common
import Retail.Http.Cookie
import Servant (NoContent (..), addHeader)
import Servant.Server.Generic (AsServerT)
import Text.Read (readMaybe)

staffServer :: Env -> Actor -> StaffApi (AsServerT IO)
staffServer env@Env {database, random} actor@Actor {organisation} =
  StaffApi
    { me = Sessions.readMe env actor,
      logOut = addHeader (setCookie env Nothing) NoContent <$ Sessions.logOut env actor,
      switch = \request -> withCookie env =<< Sessions.switchByPin env actor request,
      listStaff = require actor RunTill >> inTransaction database organisation Staff.listStaff,
      addStaff = \key request@NewStaff {..} -> do
        requireEverywhere actor ManageStaff
        when (Bytes.length (reveal password) < 8) (refuse InvalidValue "A password has at least 8 characters.")
        unless (all Sessions.isPin pin) (refuse InvalidValue "A PIN has 4 to 12 digits.")
        passwordHash <- hashPassword random password
        pinHash <- traverse (hashPassword random) pin
        mutate env actor key "staff" request $ \work@Work {connection} -> do
          let member = StaffMember {staffId = freshId work "staff", email = Text.toLower email, ..}
          Staff.addStaff connection member passwordHash pinHash
          note work "add-staff" (Just (freshId work "staff")) name
          pure member,
      audit = \after limit -> do
        requireEverywhere actor ReadReports
        before <- traverse (cursor (readMaybe . Text.unpack)) after
        entries <- Staff.listAudit database organisation before (size limit)
        pure (pageOf limit (\AuditEntry {entry} -> Text.pack (show entry)) entries)
    }
